package io.godwit.processes;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalInt;

/** Asks an HTTP server whether it is there. */
public final class HttpProbe {
    private static final int TIMEOUT_MILLIS =
            Math.toIntExact(Duration.ofSeconds(2).toMillis());

    private HttpProbe() {}

    /** @return the status of the answer; empty if nothing that speaks HTTP answers in time */
    public static OptionalInt status(URI uri) {
        try {
            // The older client of the JDK: it starts no thread, and this is called many times while servers come up.
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            try {
                int status = connection.getResponseCode();
                return status < 0 ? OptionalInt.empty() : OptionalInt.of(status);
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
