package io.godwit.launcher.demo.load;

import org.jspecify.annotations.Nullable;

/** A client saw an error. Whether the database did what it was asked to is unknown. */
public final class ExchangeFailed extends Exception {
    private final boolean sessionLost;

    /** @param sessionLost whether the connection is gone, so that the client can't go on */
    public ExchangeFailed(String message, boolean sessionLost, @Nullable Throwable cause) {
        super(message, cause);
        this.sessionLost = sessionLost;
    }

    public boolean sessionLost() {
        return sessionLost;
    }
}
