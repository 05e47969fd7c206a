package io.godwit.proxy.protocol;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * @param maxSessions of all databases together
 * @param sessions how many there are
 * @param authenticationTimeout from connecting to the end of authentication
 */
public record SessionLimits(
        int maxSessions, int maxSessionsPerDatabase, IntSupplier sessions, Duration authenticationTimeout) {

    public boolean admitsAnother() {
        return sessions.getAsInt() < maxSessions;
    }
}
