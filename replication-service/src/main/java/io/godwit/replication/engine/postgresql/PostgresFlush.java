package io.godwit.replication.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ParallelTasks;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The last of the source's state, brought to the target while the source is fenced. */
final class PostgresFlush {
    /** In this time a marker has always arrived where the stream flows and is not behind. */
    private static final Duration SOON = Duration.ofMillis(100);

    private final PostgresSessions sessions;
    private final PostgresDeputy deputy;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresFlush(PostgresSessions sessions, PostgresDeputy deputy, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.deputy = deputy;
        this.records = records;
        this.limits = limits;
    }

    /** @return how many sequences were carried */
    int flush(ChangeStream stream, String position) throws Exception {
        ParallelTasks.Both<SourceState, PostgresSchemaDigest> states =
                ParallelTasks.both(() -> readClosedSource(stream), () -> {
                    PostgresSchemaDigest schema = readTarget(stream);
                    awaitArrival(stream, position);
                    requireCarried(stream);
                    return schema;
                });
        requireEqual(stream, states.first(), states.second());
        return carry(stream, states.first(), readObjects(stream));
    }

    /**
     * What the stream does not carry, for the last time: the source is fenced.
     *
     * @throws ReplicationException {@code PREPARED_TRANSACTION} if something could still be committed
     */
    SourceState readClosedSource(ChangeStream stream) throws SQLException, InterruptedException {
        sessions.with(stream.source(), source -> {
            requireNothingPrepared(source);
            return true;
        });
        return sessions.with(
                stream.source(), source -> new SourceState(digest(source, stream), PostgresSequences.read(source)));
    }

    /**
     * What the stream does not carry, while it may still change. Whoever puts a table in a sequence's place now has it read
     * with the tenant's rights.
     */
    SourceState readOpenSource(ChangeStream stream) throws SQLException, InterruptedException {
        try (PostgresSession tenant = deputy.open(stream.migrationId(), stream.source())) {
            List<PostgresSequences.State> sequences = PostgresSequences.read(tenant);
            return sessions.with(stream.source(), source -> new SourceState(digest(source, stream), sequences));
        }
    }

    /** @throws ReplicationException {@code LARGE_OBJECTS} if they are too many or too large */
    PostgresLargeObjects.State readObjects(ChangeStream stream) throws SQLException, InterruptedException {
        return sessions.with(stream.source(), PostgresLargeObjects::read);
    }

    PostgresSchemaDigest readTarget(ChangeStream stream) throws SQLException, InterruptedException {
        return sessions.with(stream.target(), target -> digest(target, stream));
    }

    /** As it can be compared between the stream's two servers. */
    PostgresSchemaDigest digest(PostgresSession session, ChangeStream stream) throws SQLException {
        return PostgresSchemaDigest.read(session, sameVersion(stream));
    }

    /** Returns when the target has everything up to the position. */
    void awaitArrival(ChangeStream stream, String position) throws SQLException, InterruptedException {
        String name = PostgresNames.side(stream.migrationId(), stream.source().server());
        sessions.with(stream.target(), target -> {
            if (!PostgresMarker.arrivesWithin(SOON, target, name, position)) {
                requireFlow(stream);
                PostgresMarker.await(target, name, position, limits.flushTimeout());
            }
            return true;
        });
    }

    /** Returns when the target has everything that is committed now. */
    void awaitMarker(ChangeStream stream) throws SQLException, InterruptedException {
        String name = PostgresNames.side(stream.migrationId(), stream.source().server());
        awaitArrival(stream, sessions.with(stream.source(), source -> PostgresMarker.write(source, name)));
    }

    /**
     * Compares the schemas, and the rows that could not be compared while writes went on.
     *
     * @param target as it was at some time before the last changes arrived
     * @throws ReplicationException {@code SCHEMA_CHANGED} or {@code VERIFICATION_FAILED}
     */
    void requireEqual(ChangeStream stream, SourceState source, PostgresSchemaDigest target)
            throws SQLException, InterruptedException {
        if (source.schema().difference(target).isPresent()) {
            source.schema().requireEqual(readTarget(stream));
        }
        List<PostgresPendingRows.Pending> pending = PostgresPendingRows.load(records, stream);
        if (!pending.isEmpty()) {
            compare(stream, pending);
        }
    }

    /**
     * Makes sure that every change of the schema could be repeated. On the way there a new copy helps where one could not;
     * on the way back there is none. Whoever relies on it asks when the target has everything that can arrive.
     *
     * @throws ReplicationException {@code DDL_NOT_CARRIED}
     */
    void requireCarried(ChangeStream stream) throws SQLException, InterruptedException {
        Failure.Kind kind = PostgresFence.isFenced(records, stream.migrationId(), stream.target())
                ? Failure.Kind.CONFLICT
                : Failure.Kind.TRANSIENT;
        sessions.with(
                stream.source(),
                source -> sessions.with(stream.target(), target -> {
                    PostgresDdlNotes.requireCarried(source, target, kind);
                    return true;
                }));
    }

    /** @return how many sequences were carried */
    int carry(ChangeStream stream, SourceState source, PostgresLargeObjects.State objects)
            throws SQLException, InterruptedException {
        sessions.with(stream.target(), target -> {
            carryObjects(stream, objects, target);
            PostgresSequences.write(target, source.sequences());
            return true;
        });
        return source.sequences().size();
    }

    private void carryObjects(ChangeStream stream, PostgresLargeObjects.State objects, PostgresSession target)
            throws SQLException, InterruptedException {
        List<Long> differing = objects.differing(PostgresLargeObjects.read(target));
        if (!differing.isEmpty()) {
            sessions.with(stream.source(), source -> {
                PostgresLargeObjects.carry(source, target, differing);
                return true;
            });
        }
    }

    private void compare(ChangeStream stream, List<PostgresPendingRows.Pending> pending) throws SQLException {
        try (PostgresSession source = deputy.open(stream.migrationId(), stream.source());
                PostgresSession target = deputy.open(stream.migrationId(), stream.target())) {
            PostgresPendingRows.requireEqual(pending, source, target);
        }
    }

    /**
     * Makes the stream flow if it stands still because an attempt was undone after it had turned the stream around.
     *
     * @throws ReplicationException {@code STREAM_MISSING} if there is none, or the one back flows
     */
    void requireFlow(ChangeStream stream) throws SQLException, InterruptedException {
        String name = PostgresNames.stream(stream);
        boolean flows = sessions.with(stream.target(), target -> PostgresSubscriber.isEnabled(target, name));
        if (flows) {
            return;
        }
        String back = PostgresNames.stream(stream.reversed());
        boolean exists = sessions.with(stream.target(), target -> PostgresSubscriber.exists(target, name));
        boolean backFlows = sessions.with(stream.source(), source -> PostgresSubscriber.isEnabled(source, back));
        if (!exists || backFlows) {
            throw new ReplicationException(
                    "STREAM_MISSING",
                    Failure.Kind.CONFLICT,
                    "no stream flows from server " + stream.source().server().serverId() + " to server "
                            + stream.target().server().serverId()
                            + (backFlows ? "; the one in the other direction does" : ""));
        }
        sessions.with(stream.target(), target -> {
            PostgresSubscriber.enable(target, name);
            return true;
        });
    }

    /** A prepared transaction is a promise that could be kept nowhere: its changes are not on the target. */
    private static void requireNothingPrepared(PostgresSession source) throws SQLException {
        Optional<String> prepared = source.first(
                "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1",
                row -> row.getString(1));
        if (prepared.isPresent()) {
            throw new ReplicationException(
                    "PREPARED_TRANSACTION",
                    Failure.Kind.TRANSIENT,
                    "transaction '" + prepared.get() + "' was prepared during the move and is neither committed nor"
                            + " rolled back; expected none while the database changes its server");
        }
    }

    private static boolean sameVersion(ChangeStream stream) {
        return major(stream.source().server()).equals(major(stream.target().server()));
    }

    private static String major(ServerAccess server) {
        return server.version().split("[^0-9]", 2)[0];
    }

    record SourceState(PostgresSchemaDigest schema, List<PostgresSequences.State> sequences) {}
}
