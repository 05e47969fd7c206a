package io.godwit.cli.session;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.output.Output;
import io.godwit.cli.output.Terminal;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that each command has. What stands before the command's name counts for the command too. */
public abstract class CommonOptions {
    /** The name under which the top command mixes these options in. */
    public static final String TOP = "api";

    private final Map<String, String> environment;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The bearer token; otherwise $$GODWIT_TOKEN, the stored login, or the local operator's.")
    private @Nullable String token;

    @Option(names = "--json", description = "Print the platform's JSON.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // picocli acts on the option by itself.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and end.")
    private boolean help;

    CommonOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    abstract @Nullable String url();

    /** The caller closes it. */
    public Session open() {
        PlatformAddress address = address();
        return new Session(
                new ApiClient(address.url(), address.token()), output(), Terminal.redraws(environment) && !json());
    }

    /** Where this command writes. */
    public Output output() {
        return new Output(command.commandLine().getOut(), command.commandLine().getErr(), json());
    }

    public Map<String, String> environment() {
        return environment;
    }

    /** The platform that the options name, with the token for it. */
    public PlatformAddress address() {
        CommonOptions top = top();
        String url = url() != null ? url() : top.url();
        return new AddressResolver(environment).resolve(url == null ? null : parsed(url), givenToken());
    }

    /** The token of the command line; null if there is none. */
    public @Nullable String givenToken() {
        return token != null ? token : top().token;
    }

    private boolean json() {
        return json || top().json;
    }

    /** @return the same options as given before the command's name */
    private CommonOptions top() {
        CommandSpec mixin = command.root().mixins().get(TOP);
        return mixin != null && mixin.userObject() instanceof CommonOptions options ? options : this;
    }

    final URI parsed(String url) {
        try {
            return PlatformAddress.parseUrl(url);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
