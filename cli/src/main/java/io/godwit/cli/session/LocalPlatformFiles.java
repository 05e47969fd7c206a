package io.godwit.cli.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the local platform leaves in its home for clients on the same machine. */
public record LocalPlatformFiles(Path home) {
    /** Holds the gateway's address while the platform runs. */
    public static final String GATEWAY_URL = "gateway-url";

    /** Holds the bearer token of the first operator; only its owner may read it. */
    public static final String OPERATOR_TOKEN = "operator-token";

    private static final URI DEFAULT_URL = URI.create("http://127.0.0.1:8080");

    /** {@code $GODWIT_HOME}, or {@code ~/.godwit} unless the script that started us has found that to be of no use. */
    public static LocalPlatformFiles of(Map<String, String> environment) {
        String home = environment.get("GODWIT_HOME");
        if (home != null && !home.isBlank()) {
            return new LocalPlatformFiles(Path.of(home));
        }
        String instead = System.getProperty("godwit.home");
        if (instead != null) {
            return new LocalPlatformFiles(Path.of(instead));
        }
        String user = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return new LocalPlatformFiles(Path.of(user, ".godwit"));
    }

    URI gatewayUrl() {
        return runningGateway().orElse(DEFAULT_URL);
    }

    /** The gateway's address; empty while the local platform is down. */
    Optional<URI> runningGateway() {
        return read(GATEWAY_URL).map(PlatformAddress::parseUrl);
    }

    Optional<String> operatorToken() {
        return read(OPERATOR_TOKEN);
    }

    private Optional<String> read(String name) {
        Path file = home.resolve(name);
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip()).filter(content -> !content.isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }
}
