package io.godwit.orchestrator.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.BackupEvent.BackupRestored;
import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ReplicationEvent.CopyVerified;
import io.godwit.events.ReplicationEvent.InitialSyncCompleted;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.ReplicationEvent.LagConverged;
import io.godwit.events.ReplicationEvent.LagMeasured;
import io.godwit.events.ReplicationEvent.ReplicationStopped;
import io.godwit.events.ReplicationEvent.ReverseStopped;
import io.godwit.orchestrator.saga.Cutover;
import io.godwit.orchestrator.saga.Fallback;
import io.godwit.orchestrator.saga.FallbackPolicy;
import io.godwit.orchestrator.saga.Learned;
import io.godwit.orchestrator.saga.Migration;
import io.godwit.orchestrator.saga.TimelineEntry;
import io.godwit.orchestrator.web.MigrationSummary.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one migration.
 *
 * @param waitingFor what keeps the step from beginning its work, for people; null if nothing is known to
 * @param rows and {@code bytes} copied so far; null before the initial sync
 * @param attempts at the sync and the cutover together
 * @param cutoverMs from the first hold of the attempt that committed to the last release
 * @param method how it is moved: {@code restore} where it moves by backup and restore
 * @param fallback whether that is allowed, and why it was chosen
 * @param cutExchanges how many exchanges were cut because they did not end
 * @param pinnedSessions sessions that could not leave their server when their proxy was last heard
 */
record MigrationView(
        @JsonUnwrapped MigrationSummary summary,
        String step,
        @Nullable String waitingFor,
        @Nullable String region,
        @Nullable Long rows,
        @Nullable Long bytes,
        @Nullable Long rowsPerSecond,
        @Nullable Long bytesPerSecond,
        @Nullable Long syncMs,
        @Nullable LagView lag,
        int attempts,
        @Nullable Long cutoverMs,
        long heldExchanges,
        long cutExchanges,
        @Nullable Verification verification,
        @Nullable String backupId,
        @Nullable String method,
        List<Finding> findings,
        List<PinnedSessionView> pinnedSessions,
        List<String> leftovers,
        long maxPauseMs,
        long drainTimeoutMs,
        OnDrainTimeout onDrainTimeout,
        FallbackView fallback,
        Duration rollbackWindow,
        @Nullable Instant rollbackWindowEndsAt,
        String requestedBy,
        int definitionVersion,
        List<TimelineEntry> timeline) {

    /**
     * @param reason why the migration moves by backup and restore; null if it does not
     * @param expectedPauseMs how long that would hold, or holds, clients; null if nobody has said
     * @param maxPauseMs how long it may
     */
    record FallbackView(
            FallbackPolicy policy,
            @Nullable Problem reason,
            @Nullable Long expectedPauseMs,
            long maxPauseMs) {}

    record LagView(long bytes, long ms) {}

    /** Every row of source and target was compared and found equal. */
    record Verification(boolean verified, long rows, int tables, int chunks, int recheckedChunks, String digest) {}

    static MigrationView of(Migration migration, List<TimelineEntry> timeline) {
        Learned learned = migration.learned();
        Cutover cutover = migration.cutover();
        InitialSyncProgressed progress = learned.find(InitialSyncProgressed.class);
        InitialSyncCompleted synced = learned.find(InitialSyncCompleted.class);
        BackupCompleted backup = learned.find(BackupCompleted.class);
        Duration ownTime = cutover.ownTime();
        return new MigrationView(
                MigrationSummary.of(migration),
                migration.place().step().name(),
                migration.waitingFor(),
                migration.request().region(),
                synced != null ? (Long) synced.rows() : progress != null ? (Long) progress.rows() : null,
                synced != null ? (Long) synced.bytes() : progress != null ? (Long) progress.bytes() : null,
                synced != null
                        ? (Long) perSecond(synced.rows(), synced.durationMillis())
                        : progress != null ? (Long) progress.rowsPerSecond() : null,
                synced != null
                        ? (Long) perSecond(synced.bytes(), synced.durationMillis())
                        : progress != null ? (Long) progress.bytesPerSecond() : null,
                synced == null ? null : (Long) synced.durationMillis(),
                lag(learned),
                migration.syncAttempts() - 1 + Math.max(1, cutover.attempts()),
                ownTime == null ? null : (Long) ownTime.toMillis(),
                cutover.heldExchanges(),
                cutover.cutExchanges(),
                verification(learned),
                backup == null ? null : backup.backupId(),
                migration.method(),
                migration.findings(),
                PinnedSessionView.of(cutover.pins()),
                leftovers(learned),
                migration.terms().maxPause().toMillis(),
                migration.terms().drainTimeout().toMillis(),
                migration.terms().onDrainTimeout(),
                fallback(migration),
                migration.terms().rollbackWindow(),
                migration.windowEndsAt(),
                migration.requestedBy(),
                migration.definitionVersion(),
                timeline);
    }

    private static long perSecond(long amount, long millis) {
        return amount * 1000 / Math.max(1, millis);
    }

    private static @Nullable LagView lag(Learned learned) {
        LagConverged converged = learned.find(LagConverged.class);
        if (converged != null) {
            return new LagView(converged.bytes(), converged.millis());
        }
        LagMeasured measured = learned.find(LagMeasured.class);
        return measured == null ? null : new LagView(measured.bytes(), measured.millis());
    }

    private static FallbackView fallback(Migration migration) {
        Failure reason = migration.fallback().reason();
        Duration expected = Fallback.expectedPause(migration);
        return new FallbackView(
                migration.terms().fallback(),
                reason == null ? null : new Problem(reason.code(), reason.message()),
                expected == null ? null : (Long) expected.toMillis(),
                migration.terms().maxRestorePause().toMillis());
    }

    /** A restored database is compared table by table with what was backed up. */
    private static @Nullable Verification verification(Learned learned) {
        BackupRestored restored = learned.find(BackupRestored.class);
        if (restored != null) {
            return new Verification(true, restored.rows(), restored.tables(), restored.tables(), 0, restored.digest());
        }
        CopyVerified verified = learned.find(CopyVerified.class);
        return verified == null
                ? null
                : new Verification(
                        true,
                        verified.rows(),
                        verified.tables(),
                        verified.chunks(),
                        verified.recheckedChunks(),
                        verified.digest());
    }

    private static List<String> leftovers(Learned learned) {
        return Stream.of(ReverseStopped.class, ReplicationStopped.class, SourceRetired.class)
                .flatMap(type -> leftoversOf(learned.find(type)).stream())
                .toList();
    }

    private static List<String> leftoversOf(@Nullable Event event) {
        return switch (event) {
            case ReverseStopped e -> e.leftovers();
            case ReplicationStopped e -> e.leftovers();
            case SourceRetired e -> e.leftovers();
            case null, default -> List.of();
        };
    }
}
