package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.LagListener;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import io.godwit.replication.engine.Verification;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The move of a whole server by its standby. The provisioning service makes the standby and exchanges the servers' roles,
 * and with that the direction of the stream; here it is watched, compared and fenced.
 */
final class PostgresPhysicalWay implements PostgresWay {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPhysicalWay.class);

    /** Kept for each of the two servers from before anything is done to it. */
    static final String RECORD = "STANDBY";

    private static final Duration STREAMING_TIMEOUT = Duration.ofSeconds(30);

    private static final String SIZE = "SELECT pg_database_size(current_database()) AS bytes,"
            + " coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint AS rows FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND "
            + PostgresCatalog.TENANT_SCHEMAS;

    private final PostgresSessions sessions;
    private final UndoRecords records;
    private final MoveLimits limits;
    private final PostgresDoor door;
    private final PostgresStandby standby;
    private final PostgresLag lag;
    private final PostgresStandbyVerifier verifier;

    PostgresPhysicalWay(PostgresSessions sessions, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.records = records;
        this.limits = limits;
        this.door = new PostgresDoor(sessions, records, limits);
        this.standby = new PostgresStandby(sessions);
        this.lag = new PostgresLag(sessions, limits);
        this.verifier = new PostgresStandbyVerifier(sessions, standby, records, limits);
    }

    /** Whether the move goes this way. */
    boolean isOf(String migrationId, PlacedDatabase database) {
        return records.find(migrationId, database.server().serverId(), RECORD, PostgresNote.class)
                .isPresent();
    }

    CopyTotals follow(ChangeStream stream) throws SQLException, InterruptedException {
        long begun = System.nanoTime();
        door.requireThere(stream.source());
        note(stream.migrationId(), stream.source());
        note(stream.migrationId(), stream.target());
        standby.awaitStreaming(stream, limits.startTimeout());
        standby.awaitReplayed(stream, standby.mark(stream.source()), limits.startTimeout());
        return sessions.with(
                stream.source(),
                source -> source.one(
                        SIZE,
                        row -> new CopyTotals(
                                row.getLong("rows"),
                                row.getLong("bytes"),
                                Duration.ofNanos(System.nanoTime() - begun))));
    }

    private void note(String migrationId, PlacedDatabase database) {
        records.save(migrationId, database.server().serverId(), RECORD, new PostgresNote());
    }

    @Override
    public Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener)
            throws SQLException, InterruptedException {
        standby.awaitStreaming(stream, STREAMING_TIMEOUT);
        Lag converged = lag.await(stream, PostgresStandbyLag::new, goal, listener);
        prepareHandOver(stream);
        return converged;
    }

    @Override
    public Verification verify(ChangeStream stream) throws SQLException, InterruptedException {
        Verification verification = verifier.verify(stream);
        prepareHandOver(stream);
        return verification;
    }

    /** The less is to be written when the source stops, the sooner it has. */
    private void prepareHandOver(ChangeStream stream) throws SQLException, InterruptedException {
        sessions.with(stream.source(), source -> {
            source.execute("CHECKPOINT");
            return true;
        });
        standby.awaitReplayed(stream, standby.mark(stream.source()), limits.flushTimeout());
    }

    @Override
    public String fence(String migrationId, PlacedDatabase database, ClientHold hold)
            throws SQLException, InterruptedException {
        door.close(migrationId, database, hold);
        return standby.mark(database);
    }

    @Override
    public void unfence(String migrationId, PlacedDatabase database) throws SQLException, InterruptedException {
        door.open(migrationId, database);
    }

    /**
     * A standby has its leader's passwords: whoever knew the way in would be let in, and could write when it leads and the
     * route does not yet lead there.
     */
    @Override
    public Login openPassage(String migrationId, PlacedDatabase database) {
        throw new ReplicationException(
                "METHOD_NOT_SUPPORTED",
                Failure.Kind.CALLER,
                "server " + database.server().serverId()
                        + " moves as a whole; expected nobody to be let in before the route leads to it");
    }

    @Override
    public int flush(ChangeStream stream, String position) throws SQLException, InterruptedException {
        standby.awaitReplayed(stream, position, limits.flushTimeout());
        return 0;
    }

    /** A server that follows as a whole does so in the one direction or the other. */
    @Override
    public void reverse(ChangeStream stream) {}

    @Override
    public HandOverResult handOver(ChangeStream stream, boolean back, ClientHold hold) throws Exception {
        long begun = System.nanoTime();
        String position = fence(stream.migrationId(), stream.source(), hold);
        long closed = System.nanoTime();
        standby.awaitReplayed(stream, position, limits.flushTimeout());
        verifier.compareRestless(stream);
        LOG.atInfo()
                .setMessage("Handed a server over")
                .addKeyValue("migration", stream.migrationId())
                .addKeyValue("closedMillis", millis(begun, closed))
                .addKeyValue("arrivedMillis", millis(closed, System.nanoTime()))
                .log();
        return new HandOverResult(position, 0);
    }

    @Override
    public void lookAfter(ChangeStream stream) {}

    /** Nothing of the way is in the servers' data; what is around them goes with the one that goes. */
    @Override
    public List<String> stop(ChangeStream stream) {
        verifier.forget(stream);
        verifier.forget(stream.reversed());
        for (PlacedDatabase database : List.of(stream.source(), stream.target())) {
            door.forget(stream.migrationId(), database);
            sessions.release(database);
            records.remove(stream.migrationId(), database.server().serverId(), RECORD);
        }
        return List.of();
    }

    @Override
    public List<String> stopReverse(ChangeStream stream) {
        return List.of();
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }
}
