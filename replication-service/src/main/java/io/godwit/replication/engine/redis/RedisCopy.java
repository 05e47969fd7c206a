package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** The initial sync, from nothing to a target that follows and has everything on its disk. */
final class RedisCopy {
    /** Kept on the target's side of the move once the stream runs, so that a repeated command finds it done. */
    static final String RECORD = "COPY";

    /** Kept from the moment the target is found empty: whatever is in it afterwards was copied. */
    static final String BEGUN = "COPY_BEGUN";

    private static final Duration POLL = Duration.ofMillis(100);

    private final RedisSessions sessions;
    private final RedisLink link;
    private final RedisFence fence;
    private final RedisStop stop;
    private final UndoRecords records;
    private final MoveLimits limits;

    RedisCopy(
            RedisSessions sessions,
            RedisLink link,
            RedisFence fence,
            RedisStop stop,
            UndoRecords records,
            MoveLimits limits) {
        this.sessions = sessions;
        this.link = link;
        this.fence = fence;
        this.stop = stop;
        this.records = records;
        this.limits = limits;
    }

    CopyTotals copy(ChangeStream stream, CopyListener listener) throws InterruptedException {
        Optional<Done> done =
                records.find(stream.migrationId(), stream.target().server().serverId(), RECORD, Done.class);
        if (done.isPresent()
                && sessions.with(stream.target(), RedisSession::state).follows(stream.source())) {
            return done.get().totals();
        }
        stop.stop(stream);
        try (RedisSession source = sessions.open(stream.source());
                RedisSession target = sessions.open(stream.target())) {
            requireFit(stream, source, target);
            return copy(stream, source, target, listener);
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                stopAfter(e, stream);
            }
            throw e;
        }
    }

    /** Whoever stops the move will be told again what could not be removed. */
    private void stopAfter(Exception failure, ChangeStream stream) throws InterruptedException {
        try {
            stop.stop(stream);
        } catch (ReplicationException e) {
            failure.addSuppressed(e);
        }
    }

    /** Preflight may not have known the target; what it would have found there ends the move here. */
    private static void requireFit(ChangeStream stream, RedisSession source, RedisSession target) {
        Stream.concat(
                        RedisServerChecks.target(target, stream.target().server()).stream(),
                        RedisPairChecks.check(source, target).stream())
                .filter(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .findFirst()
                .ifPresent(finding -> {
                    String object = finding.object() == null ? "" : finding.object() + ": ";
                    throw new ReplicationException(
                            finding.code(),
                            Failure.Kind.CONFLICT,
                            object + finding.message() + "; to remedy, " + finding.remedy());
                });
    }

    private CopyTotals copy(ChangeStream stream, RedisSession source, RedisSession target, CopyListener listener)
            throws InterruptedException {
        long started = System.nanoTime();
        String targetId = stream.target().server().serverId();
        boolean begunBefore =
                records.find(stream.migrationId(), targetId, BEGUN, Begun.class).isPresent();
        RedisContent.makeEmpty(target, begunBefore && !hasBeenFenced(stream));
        records.save(
                stream.migrationId(),
                targetId,
                BEGUN,
                new Begun(stream.source().server().serverId()));
        try (RedisCopyMeter meter = new RedisCopyMeter(source, target, listener)) {
            link.follow(stream);
            RedisSyncWatch sync = new RedisSyncWatch(stream, source, target, limits);
            while (!isThere(stream, target)) {
                meter.measure();
                sync.check();
                Thread.sleep(POLL);
            }
            meter.complete();
            Done done = new Done(
                    meter.keys(),
                    meter.bytes(),
                    Duration.ofNanos(System.nanoTime() - started).toMillis());
            records.save(stream.migrationId(), targetId, RECORD, done);
            return done.totals();
        }
    }

    private static boolean isThere(ChangeStream stream, RedisSession target) {
        RedisState state = target.state();
        if (!state.follows(stream.source())) {
            // It was restarted, or somebody told it otherwise.
            throw RedisLink.missing(stream, Failure.Kind.TRANSIENT);
        }
        return state.linkUp() && RedisDurability.isReached(target);
    }

    /** Once either side was fenced, the target may be the database's home. */
    private boolean hasBeenFenced(ChangeStream stream) {
        return fence.isRaised(stream.migrationId(), stream.source())
                || fence.isRaised(stream.migrationId(), stream.target());
    }

    record Begun(String sourceId) {}

    record Done(long rows, long bytes, long millis) {
        CopyTotals totals() {
            return new CopyTotals(rows, bytes, Duration.ofMillis(millis));
        }
    }
}
