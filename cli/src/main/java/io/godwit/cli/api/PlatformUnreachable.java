package io.godwit.cli.api;

import io.godwit.cli.output.Quantities;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The platform did not answer: nothing or something else listens, the name is unknown, or the deadline passed. */
public final class PlatformUnreachable extends RuntimeException {
    private final boolean refused;

    private PlatformUnreachable(String message, boolean refused, @Nullable Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    static PlatformUnreachable refused(URI url, Throwable cause) {
        return new PlatformUnreachable("Nothing answers at " + url + "; the platform does not run there", true, cause);
    }

    static PlatformUnreachable silent(URI url, Duration deadline, Throwable cause) {
        return new PlatformUnreachable(
                url + " gave no whole answer within " + Quantities.duration(deadline), false, cause);
    }

    static PlatformUnreachable broken(URI url, Throwable cause) {
        return new PlatformUnreachable("The connection to " + url + " broke: " + cause, false, cause);
    }

    /** @param type the answer's content type */
    static PlatformUnreachable foreign(URI url, int status, String type) {
        return new PlatformUnreachable(
                "What answers at " + url + " is not Godwit: HTTP status " + status + ", content type " + type
                        + "; expected JSON",
                false,
                null);
    }

    /** Whether the connection was refused, so that the platform is not running at that address. */
    public boolean refused() {
        return refused;
    }
}
