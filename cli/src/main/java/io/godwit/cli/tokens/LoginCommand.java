package io.godwit.cli.tokens;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.SecretInput;
import io.godwit.cli.session.StoredLogin;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tries a token and stores it with the platform's address for the commands that follow. */
@Command(
        name = "login",
        description = "Store the platform's address and a token, after trying them.",
        footer = "The token is taken from --token, from standard input with --token-stdin, from $$GODWIT_TOKEN, or a"
                + " question at the terminal.")
public final class LoginCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Option(names = "--token-stdin", description = "Read the token from the first line of standard input.")
    private boolean tokenFromStandardInput;

    @Override
    public Integer call() {
        URI url = options.address().url();
        String given = options.givenToken();
        String token = given != null
                ? given
                : SecretInput.read(
                        spec.commandLine(),
                        options.environment(),
                        tokenFromStandardInput,
                        "GODWIT_TOKEN",
                        "Token for " + url);
        try (ApiClient api = new ApiClient(url, token)) {
            api.get("/tenants?limit=1");
        }
        StoredLogin login = StoredLogin.of(options.environment());
        login.write(url, token);
        options.output().line("Logged in at " + url + "; stored in " + login.file() + ".");
        return ExitCode.DONE;
    }
}
