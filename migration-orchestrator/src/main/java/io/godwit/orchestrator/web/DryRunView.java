package io.godwit.orchestrator.web;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.events.Finding;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.events.TargetPlan;
import io.godwit.orchestrator.saga.Migration;
import io.godwit.orchestrator.saga.SagaDocument;
import io.godwit.orchestrator.saga.SagaDocument.PlannedStep;
import java.util.List;

/**
 * What a migration would do, and what stands in its way.
 *
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
        boolean blockers,
        Plan plan) {

    /** Where the database is. */
    record Source(String serverId, String version, long epoch) {}

    /**
     * The commands that would be sent, in order.
     *
     * @param fallback {@code NEVER}: moving by backup and restore is not available in this version
     */
    record Plan(String method, Tier to, List<PlannedStep> steps, ExpectedPause expectedPause, String fallback) {}

    /** How long clients may be held: at most {@code maxPauseMs} per attempt. */
    record ExpectedPause(long maxPauseMs, long drainTimeoutMs, OnDrainTimeout onDrainTimeout) {}

    static DryRunView of(Migration migration) {
        TargetPlanned planned = migration.learned().require(TargetPlanned.class);
        DatabaseInspected inspected = migration.learned().require(DatabaseInspected.class);
        return new DryRunView(
                migration.databaseId(),
                inspected.method(),
                new Source(
                        planned.source().server().serverId(),
                        planned.source().server().version(),
                        planned.epoch()),
                planned.target(),
                inspected.bytes(),
                inspected.estimatedRows(),
                inspected.tables(),
                inspected.findings(),
                inspected.findings().stream().anyMatch(finding -> finding.severity() == Finding.Severity.BLOCKER),
                new Plan(
                        inspected.method(),
                        migration.request().to(),
                        SagaDocument.plan(migration),
                        new ExpectedPause(
                                migration.terms().maxPause().toMillis(),
                                migration.terms().drainTimeout().toMillis(),
                                migration.terms().onDrainTimeout()),
                        "NEVER"));
    }
}
