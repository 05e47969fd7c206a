package io.godwit.replication.engine.redis;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.redis.RedisConnections;
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
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moves Redis databases, version 7.0 and later, by replication of the whole process. */
public final class RedisEngine implements ReplicationEngine, AutoCloseable {
    private final RedisSessions sessions;
    private final RedisFailures failures;
    private final RedisFence fence;
    private final RedisPassage passage;
    private final RedisLink link;
    private final RedisLinkKeeper keeper;
    private final RedisInspector inspector;
    private final RedisCopy copy;
    private final RedisLag lag;
    private final RedisVerifier verifier;
    private final RedisFlush flush;
    private final RedisReverse reverse;
    private final RedisHandOver handOver;
    private final RedisStop stop;

    /** @param connections stay the caller's */
    public RedisEngine(
            SecretSealer sealer,
            RedisConnections connections,
            UndoRecords records,
            MoveLimits limits,
            RedisLimits redisLimits) {
        this.sessions = new RedisSessions(connections);
        this.failures = new RedisFailures(sessions);
        this.fence = new RedisFence(sessions, records, limits);
        this.passage = new RedisPassage(sessions, fence, sealer, records);
        RedisLinkSettings settings = new RedisLinkSettings(sealer, records, redisLimits);
        this.link = new RedisLink(sessions, settings, fence, records);
        this.keeper = new RedisLinkKeeper(sessions, fence, link);
        RedisPendingKeys pending = new RedisPendingKeys(sessions, records);
        this.stop = new RedisStop(sessions, settings, fence, keeper, records);
        this.inspector = new RedisInspector(sessions, redisLimits);
        this.copy = new RedisCopy(sessions, link, fence, stop, records, limits);
        this.lag = new RedisLag(sessions, limits);
        this.flush = new RedisFlush(sessions, pending, limits);
        this.verifier = new RedisVerifier(sessions, flush, pending, limits);
        this.reverse = new RedisReverse(sessions, fence, link, new RedisFailover(sessions), keeper, limits);
        this.handOver = new RedisHandOver(sessions, fence, flush, reverse);
    }

    @Override
    public EngineId engine() {
        return EngineId.REDIS;
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
    public Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener)
            throws InterruptedException {
        return along("LAG_NOT_MEASURED", stream, () -> {
            link.ensureFlow(stream);
            Lag converged = lag.await(stream, goal, listener);
            handOver.rehearse(stream);
            return converged;
        });
    }

    @Override
    public Verification verify(ChangeStream stream) throws InterruptedException {
        return along("VERIFICATION_NOT_DONE", stream, () -> {
            Verification verification = verifier.verify(stream);
            handOver.rehearse(stream);
            return verification;
        });
    }

    @Override
    public String fence(String migrationId, PlacedDatabase database, ClientHold hold) throws InterruptedException {
        return on(
                "FENCE_FAILED",
                database,
                () -> fence.raise(migrationId, database, null, hold).toString());
    }

    @Override
    public void unfence(String migrationId, PlacedDatabase database) throws InterruptedException {
        on("UNFENCE_FAILED", database, () -> {
            Optional<RedisFence.Raised> raised = fence.find(migrationId, database);
            if (raised.isPresent()) {
                keeper.leave(migrationId);
                PlacedDatabase successor = raised.get().successor();
                reverse.takeBack(database, successor);
                passage.outlive(migrationId, database);
                fence.lower(migrationId, database);
                if (successor != null) {
                    reverse.lookAfterAgain(migrationId, database, successor);
                }
            }
            return true;
        });
    }

    @Override
    public Login openPassage(String migrationId, PlacedDatabase database) throws InterruptedException {
        return on("PASSAGE_NOT_OPENED", database, () -> passage.open(migrationId, database));
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
            flush.flush(stream, RedisPosition.parse(position));
            return 0;
        });
    }

    @Override
    public void reverse(ChangeStream stream) throws InterruptedException {
        along("REVERSE_FAILED", stream, () -> {
            reverse.turn(stream);
            return true;
        });
    }

    @Override
    public HandOverResult handOver(ChangeStream stream, boolean back, ClientHold hold) throws InterruptedException {
        return along("HAND_OVER_FAILED", stream, () -> handOver.run(stream, back, hold));
    }

    @Override
    public void lookAfter(ChangeStream stream) {
        reverse.lookAfter(stream);
    }

    @Override
    public List<String> stop(ChangeStream stream) throws InterruptedException {
        return along("STOP_FAILED", stream, () -> stop.stop(stream));
    }

    @Override
    public List<String> stopReverse(ChangeStream stream) throws InterruptedException {
        return along("STOP_FAILED", stream, () -> stop.stopReverse(stream));
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
