package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.ParallelTasks;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done while applications wait, with everything side by side that does not depend on each other:
 *
 * <pre>
 *  source   close ─┬─ position ──────────┐
 *                  └─ schema, sequences ─┤                        ┌─ let the stream back flow
 *  target   schema, slot moved near ─────┴─ arrival, comparison ─┬┤
 *                                                     sequences ─┤│
 *                                           stop the way forward ─┘
 * </pre>
 */
final class PostgresHandOver {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresHandOver.class);

    private final PostgresSessions sessions;
    private final PostgresFence fence;
    private final PostgresFlush flush;
    private final PostgresReverse reverse;
    private final UndoRecords records;

    PostgresHandOver(
            PostgresSessions sessions,
            PostgresFence fence,
            PostgresFlush flush,
            PostgresReverse reverse,
            UndoRecords records) {
        this.sessions = sessions;
        this.fence = fence;
        this.flush = flush;
        this.reverse = reverse;
        this.records = records;
    }

    HandOverResult run(ChangeStream stream, boolean back, ClientHold hold) throws Exception {
        if (back && reverse.flows(stream) && PostgresFence.isFenced(records, stream.migrationId(), stream.source())) {
            return asDoneBefore(stream);
        }
        long begun = System.nanoTime();
        ParallelTasks.Both<Closed, PostgresSchemaDigest> sides =
                ParallelTasks.both(() -> close(stream, hold), () -> readTarget(stream, back));
        Closed closed = sides.first();
        flush.requireEqual(stream, closed.state(), sides.second());
        long equal = System.nanoTime();
        int sequences = back ? carryAndTurn(stream, closed) : flush.carry(stream, closed.state(), closed.objects());
        LOG.atInfo()
                .setMessage("Handed a database over")
                .addKeyValue("migration", stream.migrationId())
                .addKeyValue("closedMillis", millis(begun, closed.closed()))
                .addKeyValue("arrivedMillis", millis(closed.closed(), equal))
                .addKeyValue("turnedMillis", millis(equal, System.nanoTime()))
                .log();
        return new HandOverResult(closed.position(), sequences);
    }

    private Closed close(ChangeStream stream, ClientHold hold) throws Exception {
        fence.close(stream.migrationId(), stream.source(), hold);
        long closed = System.nanoTime();
        ParallelTasks.Both<Arrived, PostgresFlush.SourceState> read = ParallelTasks.both(
                () -> {
                    String position = fence.position(stream.migrationId(), stream.source());
                    PostgresLargeObjects.State objects = flush.readObjects(stream);
                    flush.awaitArrival(stream, position);
                    flush.requireCarried(stream);
                    return new Arrived(position, objects);
                },
                () -> flush.readClosedSource(stream));
        return new Closed(
                closed, read.first().position(), read.second(), read.first().objects());
    }

    private PostgresSchemaDigest readTarget(ChangeStream stream, boolean back) throws Exception {
        if (!back) {
            return flush.readTarget(stream);
        }
        return ParallelTasks.both(() -> flush.readTarget(stream), () -> {
                    reverse.approach(stream);
                    return true;
                })
                .first();
    }

    /** The stream back flows only when the target has all that the move carries. */
    private int carryAndTurn(ChangeStream stream, Closed closed) throws Exception {
        int sequences = ParallelTasks.both(() -> flush.carry(stream, closed.state(), closed.objects()), () -> {
                    reverse.stopForward(stream);
                    return true;
                })
                .first();
        reverse.letFlow(stream);
        return sequences;
    }

    private HandOverResult asDoneBefore(ChangeStream stream) throws SQLException, InterruptedException {
        reverse.lookAfter(stream);
        String name = PostgresNames.side(stream.migrationId(), stream.source().server());
        return sessions.with(
                stream.target(),
                target -> new HandOverResult(
                        PostgresMarker.position(target, name),
                        PostgresSequences.names(target).size()));
    }

    /**
     * Does what handing over does that can be done while writes go on, so that a different schema is found before the pause
     * and nothing in the pause happens for the first time. Meanwhile no client may change the schema.
     */
    void rehearse(ChangeStream stream) throws Exception {
        inEachSession(stream.source(), PostgresSessions.WARM, source -> {
            PostgresAccess.read(source, stream.migrationId(), stream.source());
            return flush.digest(source, stream);
        });
        inEachSession(stream.target(), PostgresSessions.WARM, target -> flush.digest(target, stream));
        ParallelTasks.Both<PostgresFlush.SourceState, PostgresSchemaDigest> sides =
                ParallelTasks.both(() -> flush.readOpenSource(stream), () -> flush.readTarget(stream));
        flush.awaitArrival(stream, fence.position(stream.migrationId(), stream.source()));
        sides.first().schema().requireEqual(sides.second());
        flush.carry(stream, sides.first(), flush.readObjects(stream));
    }

    /** Opens sessions as far as they are missing. What a session has done once it does faster when it matters. */
    private void inEachSession(PlacedDatabase database, int count, PostgresSessions.Work<?> work)
            throws SQLException, InterruptedException {
        if (count > 0) {
            sessions.with(database, session -> {
                work.in(session);
                inEachSession(database, count - 1, work);
                return true;
            });
        }
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }

    /** @param closed when the last client was out, as {@link System#nanoTime} */
    private record Closed(
            long closed, String position, PostgresFlush.SourceState state, PostgresLargeObjects.State objects) {}

    private record Arrived(String position, PostgresLargeObjects.State objects) {}
}
