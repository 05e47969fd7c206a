package io.godwit.events;

import java.util.List;

/** What a routing proxy tells. */
public sealed interface ProxyEvent extends Event {
    String proxyId();

    /**
     * Which sessions could not leave their server if they had to now. What runs only for a moment is not told.
     *
     * @param sessions how many client sessions of the database this proxy has
     * @param pinnedSessions how many of them can't leave
     * @param pinned those that have been in the way for longest, at most a hundred
     */
    record SessionsInspected(StepRef step, String proxyId, int sessions, int pinnedSessions, List<PinnedSession> pinned)
            implements ProxyEvent {}

    /** @param sessions how many client sessions of the database this proxy has */
    record MigrationArmed(StepRef step, String proxyId, int sessions, List<PinnedSession> pinned)
            implements ProxyEvent {}

    /** New exchanges of the database are held from now on. */
    record TrafficHeld(StepRef step, String proxyId) implements ProxyEvent {}

    /** No exchange of the database runs on the source any more. */
    record DrainCompleted(StepRef step, String proxyId, int sessions, int cut) implements ProxyEvent {}

    /**
     * Sessions that can't leave their server while it is being drained: all of this proxy's, so that it replaces what
     * the proxy has told before. Sent again and again until the drain is over.
     */
    record SessionsPinned(StepRef step, String proxyId, List<PinnedSession> pinned) implements ProxyEvent {}

    record DrainTimedOut(StepRef step, String proxyId, List<PinnedSession> pinned) implements ProxyEvent {}

    /**
     * The gate is open again.
     *
     * @param epoch the epoch of the route it opened to
     * @param heldExchanges how many exchanges waited at the gate
     * @param longestHoldMicros how long the one that waited longest did, in microseconds; 0 if none waited
     */
    record TrafficReleased(StepRef step, String proxyId, long epoch, long heldExchanges, long longestHoldMicros)
            implements ProxyEvent {}

    /** The lease ran out and the proxy went back to the committed route by itself. */
    record HoldExpired(StepRef step, String proxyId, long epoch) implements ProxyEvent {}

    /** Sent every second; a proxy that has been silent for five is taken for gone. */
    record ProxyHeartbeat(String proxyId, int sessions) implements ProxyEvent {}

    /** The proxy leaves in good order and need not be waited for. */
    record ProxyStopped(String proxyId) implements ProxyEvent {}

    /**
     * A session that can't move now.
     *
     * @param reason for example {@code transaction}, {@code temporary table}
     */
    record PinnedSession(String session, String reason, long forMillis) {}
}
