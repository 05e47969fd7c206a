package io.godwit.replication.engine;

import io.godwit.events.Failure;
import java.time.Duration;
import java.time.Instant;

/**
 * How long the clients of a source are held for certain. Later the source must not be closed any more: they may have gone on
 * there, and would have what they run ended.
 *
 * @param until by the clock of whoever holds them, which has to agree with this one within the second by which a hold
 *     outlasts it
 */
public record ClientHold(Instant until) {
    /** Where nobody would be let go on. */
    public static final ClientHold UNLIMITED = new ClientHold(Instant.parse("9999-12-31T23:59:59Z"));

    /**
     * @return what is left, more than nothing
     * @throws ReplicationException {@code FENCE_TOO_LATE} if nothing is
     */
    public Duration left() {
        Duration left = Duration.between(Instant.now(), until);
        if (!left.isPositive()) {
            throw over();
        }
        return left;
    }

    public ReplicationException over() {
        return new ReplicationException(
                "FENCE_TOO_LATE",
                Failure.Kind.TRANSIENT,
                "clients were held until " + until + " and may have gone on; expected the source to be closed before");
    }
}
