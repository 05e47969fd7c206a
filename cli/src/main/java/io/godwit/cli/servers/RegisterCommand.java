package io.godwit.cli.servers;

import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.SecretInput;
import io.godwit.cli.session.Session;
import io.godwit.cli.session.TierName;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes a server known that somebody else runs. */
@Command(
        name = "register",
        description = "Register a database server that you run yourself.",
        footer = "The administrator's password is taken from standard input with --password-stdin, from"
                + " $$GODWIT_SERVER_PASSWORD, or a question at the terminal; never from the command line.")
final class RegisterCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Option(names = "--name", paramLabel = "NAME", description = "What you call it.")
    private @Nullable String name;

    @Option(names = "--engine", paramLabel = "ENGINE", required = true, description = "postgresql or redis.")
    private String engine;

    @Option(names = "--host", paramLabel = "HOST", required = true)
    private String host;

    @Option(names = "--port", paramLabel = "PORT", required = true)
    private int port;

    @Option(
            names = "--user",
            paramLabel = "USER",
            required = true,
            description = "The login with which Godwit administers the server.")
    private String user;

    @Option(names = "--password-stdin", description = "Read the password from the first line of standard input.")
    private boolean passwordFromStandardInput;

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            defaultValue = "shared",
            converter = TierName.class,
            description = "shared or dedicated; default: ${DEFAULT-VALUE}.")
    private String tier;

    @Option(names = "--region", paramLabel = "REGION")
    private @Nullable String region;

    @Option(names = "--plain", description = "The server speaks no TLS. Otherwise its certificate is verified.")
    private boolean plain;

    @Override
    public Integer call() {
        String password = SecretInput.read(
                spec.commandLine(),
                options.environment(),
                passwordFromStandardInput,
                "GODWIT_SERVER_PASSWORD",
                "Password of " + user + " at " + host + ":" + port);
        try (Session session = options.open()) {
            JsonNode answer = session.api().post("/servers", body(password));
            session.output().show(answer, ServersCommand.fields(answer));
            return ExitCode.DONE;
        }
    }

    private ObjectNode body(String password) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("provider", "registered")
                .put("engine", engine)
                .put("tier", tier)
                .put("host", host)
                .put("port", port)
                .put("adminUser", user)
                .put("adminPassword", password)
                .put("security", plain ? "PLAIN" : "VERIFY_CA");
        if (name != null) {
            body.put("name", name);
        }
        if (region != null) {
            body.put("region", region);
        }
        return body;
    }
}
