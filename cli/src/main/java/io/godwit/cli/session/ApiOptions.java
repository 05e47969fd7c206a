package io.godwit.cli.session;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command for which {@code --server} can only mean the platform. */
public final class ApiOptions extends CommonOptions {
    @Option(
            names = {"--server", "--url"},
            paramLabel = "URL",
            description = "The platform's address; otherwise $$GODWIT_SERVER, the stored login, or the local platform.")
    private @Nullable String url;

    public ApiOptions(Map<String, String> environment) {
        super(environment);
    }

    @Override
    @Nullable
    String url() {
        return url;
    }
}
