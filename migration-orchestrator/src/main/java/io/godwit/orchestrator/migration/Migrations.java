package io.godwit.orchestrator.migration;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.events.Failure;
import io.godwit.events.TargetRequest;
import io.godwit.orchestrator.saga.Migration;
import io.godwit.orchestrator.saga.Step;
import io.godwit.orchestrator.saga.Terms;
import io.godwit.rest.ProblemException;
import io.godwit.rest.PublicIds;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes orders for migrations. */
@Component
public class Migrations {
    private static final Duration DRY_RUN_KEPT = Duration.ofHours(1);

    /** Others may tell the news to other instances: that is looked for this often. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final MigrationTable table;
    private final MigrationRunner runner;
    private final Bell bell;
    private final MigrationProperties properties;

    Migrations(MigrationTable table, MigrationRunner runner, Bell bell, MigrationProperties properties) {
        this.table = table;
        this.runner = runner;
        this.bell = bell;
        this.properties = properties;
    }

    /** What is asked for. */
    public record Order(
            DatabaseId databaseId, EngineId engine, String requestedBy, TargetRequest request, Terms terms) {}

    /** @throws ProblemException {@code 409 MIGRATION_IN_PROGRESS} naming the one that is in the way */
    public Migration start(Order order) {
        Migration migration = migration(order, false);
        if (runner.begin(migration)) {
            return stored(migration.id());
        }
        Migration other = table.findActive(order.databaseId()).orElse(null);
        throw new ProblemException(409, "MIGRATION_IN_PROGRESS", inTheWay(order.databaseId(), other));
    }

    /**
     * Asks the questions that touch nothing and waits for their answers.
     *
     * @throws ProblemException {@code 504 PREFLIGHT_TIMED_OUT} if they do not come, or with the code of what went wrong
     */
    public Migration dryRun(Order order) throws InterruptedException {
        table.deleteDryRunsBefore(runner.now().minus(DRY_RUN_KEPT));
        Migration migration = migration(order, true);
        runner.begin(migration);
        Instant end = runner.now().plus(properties.preflightTimeout());
        while (runner.now().isBefore(end)) {
            long seen = bell.rings();
            Migration now = stored(migration.id());
            if (now.error() != null) {
                throw problem(now.error());
            }
            if (now.isFinished()) {
                return now;
            }
            bell.await(seen, LOOK);
        }
        throw new ProblemException(
                504,
                "PREFLIGHT_TIMED_OUT",
                "Preflight of database '" + order.databaseId() + "' was not answered within "
                        + properties.preflightTimeout().toSeconds()
                        + " s; expected findings from provisioning, replication"
                        + " and the routing proxies");
    }

    /** @throws ProblemException {@code 404 MIGRATION_NOT_FOUND} */
    public Migration stored(String id) {
        return table.find(id).orElseThrow(() -> notFound(id));
    }

    public static ProblemException notFound(String id) {
        return new ProblemException(404, "MIGRATION_NOT_FOUND", "Migration '" + id + "' does not exist");
    }

    private Migration migration(Order order, boolean dryRun) {
        return Migration.requested(
                PublicIds.next("mig"),
                order.databaseId(),
                order.engine(),
                order.requestedBy(),
                dryRun,
                order.request(),
                order.terms(),
                runner.now());
    }

    private static String inTheWay(DatabaseId databaseId, @Nullable Migration other) {
        if (other == null) {
            return "Database '" + databaseId + "' had another migration a moment ago; try again";
        }
        if (other.place().step() == Step.ROLLBACK_WINDOW) {
            return "Migration '" + other.id() + "' of database '" + databaseId + "' is in its rollback window until "
                    + other.windowEndsAt() + "; complete it first";
        }
        return "Migration '" + other.id() + "' of database '" + databaseId + "' is in progress at step "
                + other.place().step() + "; wait for it or cancel it first";
    }

    private static ProblemException problem(Failure failure) {
        int status =
                switch (failure.kind()) {
                    case CALLER -> 422;
                    case CONFLICT -> 409;
                    case TRANSIENT, EXHAUSTED -> 503;
                    case INTERNAL -> 500;
                };
        return new ProblemException(status, failure.code(), failure.message());
    }
}
