package io.godwit.orchestrator.web;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.events.BackupEvent.RestoreInspected;
import io.godwit.events.Finding;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.events.TargetPlan;
import io.godwit.orchestrator.saga.Fallback;
import io.godwit.orchestrator.saga.FallbackPolicy;
import io.godwit.orchestrator.saga.Migration;
import io.godwit.orchestrator.saga.SagaDocument;
import io.godwit.orchestrator.saga.SagaDocument.PlannedStep;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a migration would do, and what stands in its way.
 *
 * @param method {@code physical} where the target would be a standby of the source's server, {@code restore} where it would
 *     move by backup and restore, because replication can't do it
 * @param findings of preflight, and about proxies whose sessions are not known
 * @param sessions how many client sessions there were just now
 * @param pinnedSessions sessions that could not leave their server just now, as in {@link MigrationView}
 * @param blockers whether a migration would stop before anything is touched
 */
record DryRunView(
        DatabaseId databaseId,
        String method,
        Source source,
        TargetPlan target,
        long bytes,
        long estimatedRows,
        int tables,
        List<Finding> findings,
        Sessions sessions,
        List<PinnedSessionView> pinnedSessions,
        boolean blockers,
        Plan plan) {

    /** @param pinned how many of them could not leave their server; at most a hundred are listed for each proxy */
    record Sessions(int total, int pinned) {}

    /** Where the database is. */
    record Source(String serverId, String version, long epoch) {}

    /**
     * The commands that would be sent, in order.
     *
     * @param restore null where moving by backup and restore is not allowed
     */
    record Plan(
            String method,
            Tier to,
            List<PlannedStep> steps,
            ExpectedPause expectedPause,
            FallbackPolicy fallback,
            @Nullable Restore restore) {}

    /** How long clients may be held: at most {@code maxPauseMs} per attempt. */
    record ExpectedPause(long maxPauseMs, long drainTimeoutMs, OnDrainTimeout onDrainTimeout) {}

    /**
     * What moving by backup and restore would be like; it can't be rolled back.
     *
     * @param expectedPauseMs how long clients would be held, by the rate of earlier backups
     * @param maxPauseMs it is not begun where it is expected to take longer, and given up when it does
     * @param findings what stands against it
     */
    record Restore(@Nullable Long expectedPauseMs, long maxPauseMs, List<Finding> findings) {}

    static DryRunView of(Migration migration) {
        TargetPlanned planned = migration.learned().require(TargetPlanned.class);
        DatabaseInspected inspected = migration.learned().require(DatabaseInspected.class);
        return new DryRunView(
                migration.databaseId(),
                Objects.requireNonNull(migration.method()),
                new Source(
                        planned.source().server().serverId(),
                        planned.source().server().version(),
                        planned.epoch()),
                planned.target(),
                inspected.bytes(),
                inspected.estimatedRows(),
                inspected.tables(),
                Stream.concat(migration.findings().stream(), migration.sessions().findings().stream())
                        .toList(),
                new Sessions(migration.sessions().total(), migration.sessions().pinned()),
                PinnedSessionView.of(migration.sessions().pins()),
                !migration.movesByRestore()
                        && !migration.movesAsStandby()
                        && inspected.findings().stream()
                                .anyMatch(finding -> finding.severity() == Finding.Severity.BLOCKER),
                new Plan(
                        Objects.requireNonNull(migration.method()),
                        migration.request().to(),
                        SagaDocument.plan(migration),
                        new ExpectedPause(
                                migration.terms().maxPause().toMillis(),
                                migration.terms().drainTimeout().toMillis(),
                                migration.terms().onDrainTimeout()),
                        migration.terms().fallback(),
                        restore(migration)));
    }

    private static @Nullable Restore restore(Migration migration) {
        RestoreInspected inspected = migration.learned().find(RestoreInspected.class);
        if (inspected == null) {
            return null;
        }
        Duration expected = Fallback.expectedPause(migration);
        return new Restore(
                expected == null ? null : (Long) expected.toMillis(),
                migration.terms().maxRestorePause().toMillis(),
                inspected.findings());
    }
}
