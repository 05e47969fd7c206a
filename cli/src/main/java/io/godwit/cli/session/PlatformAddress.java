package io.godwit.cli.session;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The platform a command talks to.
 *
 * @param url the gateway's address without {@code /api/v1}
 * @param token null if none is known for this platform
 */
public record PlatformAddress(URI url, @Nullable String token) {

    /** @throws IllegalArgumentException if the value is no HTTP address */
    static URI parseUrl(String value) {
        String trimmed = value.strip();
        while (trimmed.endsWith("/")) {
            trimmed = trimmed.substring(0, trimmed.length() - 1);
        }
        if (trimmed.endsWith("/api/v1")) {
            trimmed = trimmed.substring(0, trimmed.length() - "/api/v1".length());
        }
        URI url = URI.create(trimmed);
        String scheme = url.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "platform address '" + value + "' is invalid; expected for example http://127.0.0.1:8080");
        }
        return url;
    }
}
