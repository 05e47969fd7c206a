package io.godwit.orchestrator.saga;

import io.godwit.events.BackupEvent.RestoreInspected;
import io.godwit.events.Failure;
import io.godwit.events.Finding;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of moving by backup and restore.
 *
 * @param reason why replication can't do it; null unless the migration moves by backup and restore
 * @param backupTook how long the newest backup of the migration took; null before there is one
 */
public record Fallback(@Nullable Failure reason, @Nullable Duration backupTook) {
    static final Fallback NONE = new Fallback(null, null);

    /** Restoring and comparing take about as long as the backup each. */
    private static final int BACKUPS = 3;

    /** Drain, fence and commit. */
    private static final Duration REST = Duration.ofSeconds(2);

    Fallback because(Failure failure) {
        return new Fallback(failure, backupTook);
    }

    Fallback backedUpIn(Duration took) {
        return new Fallback(reason, took);
    }

    /** How long clients would be held; null if nobody has said. */
    public static @Nullable Duration expectedPause(Migration migration) {
        Duration measured = migration.fallback().backupTook();
        if (measured != null) {
            return measured.multipliedBy(BACKUPS).plus(REST);
        }
        RestoreInspected inspected = migration.learned().find(RestoreInspected.class);
        return inspected == null ? null : Duration.ofMillis(inspected.expectedPauseMillis());
    }

    /** Why the migration can't be moved by backup and restore; null if it can. */
    static @Nullable Failure objection(Migration migration) {
        if (migration.terms().fallback() == FallbackPolicy.NEVER) {
            return new Failure(
                    "FALLBACK_NOT_ALLOWED",
                    "moving it by backup and restore is not allowed (fallback NEVER)",
                    Failure.Kind.CALLER);
        }
        RestoreInspected inspected = migration.learned().find(RestoreInspected.class);
        List<Finding> blockers = inspected == null ? List.of() : Preflight.blockers(inspected.findings());
        if (!blockers.isEmpty()) {
            return new Failure(
                    "FALLBACK_BLOCKED",
                    "it can't be moved by backup and restore either: " + Preflight.named(blockers),
                    Failure.Kind.CALLER);
        }
        return tooLong(migration);
    }

    /** Why it would take too long; null if it would not. */
    static @Nullable Failure tooLong(Migration migration) {
        Duration expected = expectedPause(migration);
        Duration most = migration.terms().maxRestorePause();
        if (expected == null || expected.compareTo(most) <= 0) {
            return null;
        }
        return new Failure(
                "FALLBACK_TOO_LONG",
                "moving it by backup and restore would hold its clients for about " + expected.toMillis()
                        + " ms; expected at most " + most.toMillis() + " ms",
                Failure.Kind.EXHAUSTED);
    }
}
