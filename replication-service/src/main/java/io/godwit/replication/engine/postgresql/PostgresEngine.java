package io.godwit.replication.engine.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
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
    private final PostgresInspector inspector;
    private final PostgresLogicalWay logical;
    private final PostgresPhysicalWay physical;
    private final PostgresWays ways;

    /** @param binDirectory where {@code pg_dump} and {@code pg_restore} are */
    public PostgresEngine(
            SecretSealer sealer,
            PostgresConnections connections,
            Path binDirectory,
            UndoRecords records,
            MoveLimits limits,
            InstantSource clock) {
        this.sessions = new PostgresSessions(connections, limits.stallTimeout(), clock);
        this.failures = new PostgresFailures(sessions);
        this.inspector = new PostgresInspector(sessions);
        this.logical = new PostgresLogicalWay(sessions, sealer, connections, binDirectory, records, limits);
        this.physical = new PostgresPhysicalWay(sessions, records, limits);
        this.ways = new PostgresWays(logical, physical);
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
        return along("COPY_FAILED", stream, () -> logical.copy(stream, listener));
    }

    @Override
    public CopyTotals follow(ChangeStream stream) throws InterruptedException {
        return along("STANDBY_NOT_FOLLOWING", stream, () -> {
            ways.forget(stream.migrationId());
            return physical.follow(stream);
        });
    }

    @Override
    public Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener)
            throws InterruptedException {
        return along("LAG_NOT_MEASURED", stream, () -> ways.settled(stream).awaitConvergence(stream, goal, listener));
    }

    @Override
    public Verification verify(ChangeStream stream) throws InterruptedException {
        return along("VERIFICATION_NOT_DONE", stream, () -> ways.settled(stream).verify(stream));
    }

    @Override
    public String fence(String migrationId, PlacedDatabase database, ClientHold hold) throws InterruptedException {
        return on("FENCE_FAILED", database, () -> ways.of(migrationId, database).fence(migrationId, database, hold));
    }

    @Override
    public void unfence(String migrationId, PlacedDatabase database) throws InterruptedException {
        on("UNFENCE_FAILED", database, () -> {
            ways.of(migrationId, database).unfence(migrationId, database);
            return true;
        });
    }

    @Override
    public Login openPassage(String migrationId, PlacedDatabase database) throws InterruptedException {
        return on(
                "PASSAGE_NOT_OPENED",
                database,
                () -> ways.of(migrationId, database).openPassage(migrationId, database));
    }

    @Override
    public void closePassage(String migrationId, PlacedDatabase database) throws InterruptedException {
        on("PASSAGE_NOT_CLOSED", database, () -> {
            logical.closePassage(migrationId, database);
            return true;
        });
    }

    @Override
    public int flush(ChangeStream stream, String position) throws InterruptedException {
        return along("FLUSH_FAILED", stream, () -> ways.of(stream).flush(stream, position));
    }

    @Override
    public void reverse(ChangeStream stream) throws InterruptedException {
        along("REVERSE_FAILED", stream, () -> {
            ways.of(stream).reverse(stream);
            return true;
        });
    }

    @Override
    public HandOverResult handOver(ChangeStream stream, boolean back, ClientHold hold) throws InterruptedException {
        return along("HAND_OVER_FAILED", stream, () -> ways.of(stream).handOver(stream, back, hold));
    }

    @Override
    public void prepareRestore(ChangeStream stream) throws InterruptedException {
        along("RESTORE_NOT_PREPARED", stream, () -> {
            logical.prepareRestore(stream);
            return true;
        });
    }

    @Override
    public int confirmRestore(ChangeStream stream) throws InterruptedException {
        return along("RESTORE_NOT_CONFIRMED", stream, () -> logical.confirmRestore(stream));
    }

    @Override
    public void lookAfter(ChangeStream stream) {
        ways.settled(stream).lookAfter(stream);
    }

    @Override
    public List<String> stop(ChangeStream stream) throws InterruptedException {
        return along("STOP_FAILED", stream, () -> {
            ways.forget(stream.migrationId());
            return ways.of(stream).stop(stream);
        });
    }

    @Override
    public List<String> stopReverse(ChangeStream stream) throws InterruptedException {
        return along("STOP_FAILED", stream, () -> ways.of(stream).stopReverse(stream));
    }

    @Override
    public void close() {
        logical.close();
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
