package io.godwit.cli.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of a command for which {@code --server} names a database server. An address with a scheme is still taken as
 * the platform's, so that {@code --server URL} works behind every command; no server's id looks like one.
 */
public final class TargetOptions extends CommonOptions {
    @Option(
            names = "--server",
            paramLabel = "SERVER",
            description = "The database server's id. An http(s) address means the platform, like --url.")
    private final List<String> servers = new ArrayList<>();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The platform's address; otherwise $$GODWIT_SERVER, the stored login, or the local platform.")
    private @Nullable String url;

    public TargetOptions(Map<String, String> environment) {
        super(environment);
    }

    /** The id of the database server that was named. */
    public Optional<String> server() {
        return servers.stream().filter(server -> !isAddress(server)).findFirst();
    }

    @Override
    @Nullable
    String url() {
        if (url != null) {
            return url;
        }
        return servers.stream().filter(TargetOptions::isAddress).findFirst().orElse(null);
    }

    private static boolean isAddress(String server) {
        return server.contains("://");
    }
}
