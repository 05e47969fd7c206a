package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;

/** Notices that a subscription's worker fails again and again, or is not there at all. */
final class PostgresApplyWatch {
    private static final int FIRST_VERSION_WITH_STATISTICS = 15;
    private static final int ERRORS_MAX = 3;
    private static final Duration ABSENCE_MAX = Duration.ofSeconds(30);

    private final PostgresSession target;
    private final String subscription;
    private final boolean statistics;
    private final long errorsBefore;
    private long lastSeen = System.nanoTime();

    PostgresApplyWatch(PostgresSession target, String subscription) throws SQLException {
        this.target = target;
        this.subscription = subscription;
        this.statistics = PostgresCatalog.majorVersion(target) >= FIRST_VERSION_WITH_STATISTICS;
        this.errorsBefore = errors();
    }

    /** @throws ReplicationException {@code APPLY_FAILED} */
    void check() throws SQLException {
        long failures = errors() - errorsBefore;
        if (failures >= ERRORS_MAX) {
            throw failed("its worker has failed " + failures + " times");
        }
        if (target.isTrue(
                "SELECT EXISTS (SELECT FROM pg_stat_subscription WHERE subname = ? AND pid IS NOT NULL)",
                subscription)) {
            lastSeen = System.nanoTime();
        } else if (System.nanoTime() - lastSeen > ABSENCE_MAX.toNanos()) {
            throw failed("its worker has not run for " + ABSENCE_MAX);
        }
    }

    private long errors() throws SQLException {
        return statistics
                ? target.one(
                        "SELECT coalesce(max(apply_error_count), 0) FROM pg_stat_subscription_stats WHERE subname = ?",
                        row -> row.getLong(1),
                        subscription)
                : 0;
    }

    private ReplicationException failed(String what) {
        return new ReplicationException(
                "APPLY_FAILED",
                Failure.Kind.CONFLICT,
                "the target does not apply the source's changes: subscription " + subscription + ": " + what
                        + "; the target server's log has the reason, often a change of the schema or a row that"
                        + " someone wrote there");
    }
}
