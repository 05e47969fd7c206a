package io.godwit.orchestrator.saga;

import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the findings mean: the move begins, begins by backup and restore, or stops before anything is touched. */
final class Preflight {
    private Preflight() {}

    /** Whether all questions have been asked once {@code step} is done. */
    static boolean endsWith(Migration migration, Step step) {
        if (migration.dryRun()) {
            return step == Step.INSPECT_SESSIONS;
        }
        boolean both = StepDefinition.Condition.MAY_FALL_BACK.holds(migration);
        return step == (both ? Step.INSPECT_RESTORE : Step.INSPECT);
    }

    /** Why replication can't do it; null if it can. */
    static @Nullable Failure blocked(Migration migration) {
        if (migration.movesAsStandby()) {
            // What stands in the way of the database alone comes along with the server.
            return null;
        }
        List<Finding> blockers =
                blockers(migration.learned().require(DatabaseInspected.class).findings());
        return blockers.isEmpty()
                ? null
                : new Failure(
                        "PREFLIGHT_BLOCKED",
                        "The database can't be moved as it is: " + named(blockers),
                        Failure.Kind.CALLER);
    }

    static List<Finding> blockers(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .toList();
    }

    /** Each reason once, however many objects it is found in. */
    static String named(List<Finding> blockers) {
        return blockers.stream().map(Finding::message).distinct().collect(Collectors.joining("; "));
    }
}
