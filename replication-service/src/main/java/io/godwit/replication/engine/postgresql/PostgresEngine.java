package io.godwit.replication.engine.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.Inspection;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.LagListener;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationEngine;
import io.godwit.replication.engine.UndoRecords;
import io.godwit.replication.engine.Verification;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves PostgreSQL databases, version 14 and later: by logical replication, or, if the target was made as a standby of the
 * source, by that.
 */
public final class PostgresEngine implements ReplicationEngine, AutoCloseable {
    private final PostgresSessions sessions;
    private final PostgresFailures failures;
    private final UndoRecords records;
    private final PostgresSlotKeeper keeper;
    private final PostgresInspector inspector;
    private final PostgresCopy copy;
    private final PostgresLag lag;
    private final PostgresVerifier verifier;
    private final PostgresFence fence;
    private final PostgresPassage passage;
    private final PostgresFlush flush;
    private final PostgresReverse reverse;
    private final PostgresHandOver handOver;
    private final PostgresStop stop;
    private final PostgresRestore restore;
    private final PostgresStillSchema still;
    private final PostgresPhysicalWay physical;

    /** @param binDirectory where {@code pg_dump} and {@code pg_restore} are */
    public PostgresEngine(
            SecretSealer sealer,
            PostgresConnections connections,
            Path binDirectory,
            UndoRecords records,
            MoveLimits limits,
            InstantSource clock) {
        this.sessions = new PostgresSessions(connections, limits.stallTimeout(), clock);
        this.records = records;
        this.failures = new PostgresFailures(sessions);
        this.keeper = new PostgresSlotKeeper(sessions);
        PostgresDeputy deputy = new PostgresDeputy(sessions, sealer);
        PostgresTools tools = new PostgresTools(connections, binDirectory);
        PostgresSubscriber subscriber = new PostgresSubscriber(sealer);
        PostgresReplicaIdentity identities = new PostgresReplicaIdentity(records, limits.lockTimeout());
        PostgresRoles roles = new PostgresRoles(records);
        this.stop = new PostgresStop(sessions, keeper, identities, roles, records);
        this.inspector = new PostgresInspector(sessions);
        this.copy = new PostgresCopy(
                sessions, connections, tools, deputy, subscriber, identities, roles, stop, records, limits);
        this.lag = new PostgresLag(sessions, limits);
        this.verifier = new PostgresVerifier(sessions, deputy, records, limits);
        this.fence = new PostgresFence(sessions, records, limits);
        this.passage = new PostgresPassage(sessions, sealer, records, limits);
        this.flush = new PostgresFlush(sessions, deputy, records, limits);
        this.still = new PostgresStillSchema(sessions, flush, limits);
        this.restore = new PostgresRestore(sessions, flush, roles, records);
        this.reverse = new PostgresReverse(sessions, subscriber, keeper, records, limits);
        this.handOver = new PostgresHandOver(sessions, fence, flush, reverse, records);
        this.physical = new PostgresPhysicalWay(sessions, records, limits);
    }

    @Override
    public EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public Inspection inspect(PlacedDatabase source, @Nullable ServerAccess target) throws InterruptedException {
        return on("INSPECTION_FAILED", source, () -> inspector.inspect(source, target));
    }

    @Override
    public CopyTotals copy(ChangeStream stream, CopyListener listener) throws InterruptedException {
        return along("COPY_FAILED", stream, () -> copy.copy(stream, listener));
    }

    @Override
    public CopyTotals follow(ChangeStream stream) throws InterruptedException {
        return along("STANDBY_NOT_FOLLOWING", stream, () -> physical.follow(stream));
    }

    @Override
    public Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener)
            throws InterruptedException {
        return along("LAG_NOT_MEASURED", stream, () -> {
            if (physical.isOf(stream)) {
                return physical.awaitConvergence(stream, goal, listener);
            }
            flush.requireFlow(stream);
            flush.requireCarried(stream);
            Lag converged = lag.await(
                    stream, (source, target) -> new PostgresStreamLag(stream, source, target), goal, listener);
            prepareHandOver(stream);
            return converged;
        });
    }

    @Override
    public Verification verify(ChangeStream stream) throws InterruptedException {
        return along("VERIFICATION_NOT_DONE", stream, () -> {
            if (physical.isOf(stream)) {
                return physical.verify(stream);
            }
            Verification verification = still.workOnceDisturbed(stream, () -> verifier.verify(stream));
            prepareHandOver(stream);
            return verification;
        });
    }

    private void prepareHandOver(ChangeStream stream) throws Exception {
        still.work(stream, () -> {
            if (!PostgresFence.isFenced(records, stream.migrationId(), stream.target())) {
                // Behind a rollback, whose target is the fenced side, nothing is kept.
                reverse.prepareAhead(stream);
            }
            handOver.rehearse(stream);
            return true;
        });
    }

    @Override
    public String fence(String migrationId, PlacedDatabase database) throws InterruptedException {
        return on(
                "FENCE_FAILED",
                database,
                () -> physical.isOf(migrationId, database)
                        ? physical.fence(migrationId, database)
                        : fence.raise(migrationId, database));
    }

    @Override
    public void unfence(String migrationId, PlacedDatabase database) throws InterruptedException {
        on("UNFENCE_FAILED", database, () -> {
            if (physical.isOf(migrationId, database)) {
                physical.unfence(migrationId, database);
                return true;
            }
            // From here on clients' changes must stay in the slot.
            keeper.leave(PostgresNames.stream(migrationId, database.server()));
            passage.outlive(migrationId, database);
            fence.lower(migrationId, database);
            return true;
        });
    }

    @Override
    public Login openPassage(String migrationId, PlacedDatabase database) throws InterruptedException {
        return on("PASSAGE_NOT_OPENED", database, () -> {
            if (physical.isOf(migrationId, database)) {
                throw PostgresPhysicalWay.noPassage(database);
            }
            return passage.open(migrationId, database);
        });
    }

    @Override
    public void closePassage(String migrationId, PlacedDatabase database) throws InterruptedException {
        on("PASSAGE_NOT_CLOSED", database, () -> {
            passage.close(migrationId, database);
            return true;
        });
    }

    @Override
    public int flush(ChangeStream stream, String position) throws InterruptedException {
        return along("FLUSH_FAILED", stream, () -> {
            if (physical.isOf(stream)) {
                physical.flush(stream, position);
                return 0;
            }
            return flush.flush(stream, position);
        });
    }

    @Override
    public void reverse(ChangeStream stream) throws InterruptedException {
        along("REVERSE_FAILED", stream, () -> {
            // A server that follows as a whole does so in the one direction or the other.
            if (!physical.isOf(stream)) {
                reverse.turn(stream);
            }
            return true;
        });
    }

    @Override
    public HandOverResult handOver(ChangeStream stream, boolean back) throws InterruptedException {
        return along(
                "HAND_OVER_FAILED",
                stream,
                () -> physical.isOf(stream) ? physical.handOver(stream) : handOver.run(stream, back));
    }

    @Override
    public void prepareRestore(ChangeStream stream) throws InterruptedException {
        along("RESTORE_NOT_PREPARED", stream, () -> {
            restore.prepare(stream);
            return true;
        });
    }

    @Override
    public int confirmRestore(ChangeStream stream) throws InterruptedException {
        return along("RESTORE_NOT_CONFIRMED", stream, () -> restore.confirm(stream));
    }

    @Override
    public void lookAfter(ChangeStream stream) {
        if (!physical.isOf(stream)) {
            reverse.lookAfter(stream);
        }
    }

    @Override
    public List<String> stop(ChangeStream stream) throws InterruptedException {
        return along("STOP_FAILED", stream, () -> physical.isOf(stream) ? physical.stop(stream) : stop.stop(stream));
    }

    @Override
    public List<String> stopReverse(ChangeStream stream) throws InterruptedException {
        return along("STOP_FAILED", stream, () -> physical.isOf(stream) ? List.of() : stop.stopReverse(stream));
    }

    @Override
    public void close() {
        keeper.close();
        sessions.close();
    }

    private <T> T along(String code, ChangeStream stream, Step<T> step) throws InterruptedException {
        try {
            return step.run();
        } catch (Exception e) {
            throw failures.classify(code, stream, e);
        }
    }

    private <T> T on(String code, PlacedDatabase database, Step<T> step) throws InterruptedException {
        try {
            return step.run();
        } catch (Exception e) {
            throw failures.classify(code, database, e);
        }
    }

    /**
     * Part of a move.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws Exception;
    }
}
