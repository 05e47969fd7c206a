package io.godwit.cli.api;

import java.net.URI;

/** The platform did not answer at all: nothing listens, the name is unknown, or the deadline passed. */
public final class PlatformUnreachable extends RuntimeException {
    private final boolean refused;

    private PlatformUnreachable(String message, boolean refused, Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    static PlatformUnreachable refused(URI url, Throwable cause) {
        return new PlatformUnreachable("Nothing answers at " + url + "; the platform does not run there", true, cause);
    }

    static PlatformUnreachable silent(URI url, Throwable cause) {
        return new PlatformUnreachable(url + " gave no answer in time", false, cause);
    }

    static PlatformUnreachable broken(URI url, Throwable cause) {
        return new PlatformUnreachable("The connection to " + url + " broke: " + cause, false, cause);
    }

    /** Whether the connection was refused, so that the platform is not running at that address. */
    public boolean refused() {
        return refused;
    }
}
