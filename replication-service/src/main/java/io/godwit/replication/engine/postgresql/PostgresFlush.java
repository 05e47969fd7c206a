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
import java.util.concurrent.Callable;

/** The last of the source's state, brought to the target while the source is fenced. */
final class PostgresFlush {
    /** In this time a marker has always arrived where the stream flows and is not behind. */
    private static final Duration SOON = Duration.ofMillis(100);

    private final PostgresSessions sessions;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresFlush(PostgresSessions sessions, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.records = records;
        this.limits = limits;
    }

    /** @return how many sequences were carried */
    int flush(ChangeStream stream, String position) throws Exception {
        String name = PostgresNames.stream(stream.migrationId(), stream.source().server());
        List<PostgresPendingRows.Pending> pending = PostgresPendingRows.load(records, stream);
        List<Side> sides = ParallelTasks.run(List.<Callable<Side>>of(
                () -> sessions.with(stream.source(), source -> {
                    requireNothingPrepared(source);
                    Side side = Side.read(source, sameVersion(stream));
                    return side.with(PostgresSequences.read(source));
                }),
                () -> sessions.with(stream.target(), target -> {
                    Side side = Side.read(target, sameVersion(stream));
                    if (!PostgresMarker.arrivesWithin(SOON, target, name, position)) {
                        requireFlow(stream);
                        PostgresMarker.await(target, name, position, limits.flushTimeout());
                    }
                    return side;
                })));
        sides.getFirst().schema().requireEqual(sides.getLast().schema());
        if (!pending.isEmpty()) {
            compare(stream, pending);
        }
        List<PostgresSequences.State> sequences =
                sides.stream().flatMap(side -> side.sequences().stream()).toList();
        sessions.with(stream.target(), target -> {
            PostgresSequences.write(target, sequences);
            return true;
        });
        return sequences.size();
    }

    /**
     * Does what {@link #flush} does that can be done while writes go on, so that a changed schema is found before the
     * pause and nothing in the pause happens for the first time.
     */
    void rehearse(ChangeStream stream) throws Exception {
        sessions.warmUp(stream.source());
        sessions.warmUp(stream.target());
        sessions.with(stream.source(), source -> PostgresAccess.read(source, stream.source()));
        PostgresSchemaDigest there =
                sessions.with(stream.source(), source -> PostgresSchemaDigest.read(source, sameVersion(stream)));
        PostgresSchemaDigest here =
                sessions.with(stream.target(), target -> PostgresSchemaDigest.read(target, sameVersion(stream)));
        there.requireEqual(here);
        List<PostgresSequences.State> sequences = sessions.with(stream.source(), PostgresSequences::read);
        sessions.with(stream.target(), target -> {
            PostgresSequences.write(target, sequences);
            return true;
        });
    }

    private void compare(ChangeStream stream, List<PostgresPendingRows.Pending> pending)
            throws SQLException, InterruptedException {
        sessions.with(
                stream.source(),
                source -> sessions.with(stream.target(), target -> {
                    PostgresPendingRows.requireEqual(pending, source, target);
                    return true;
                }));
    }

    /**
     * Makes the stream flow if it stands still because an attempt was undone after it had turned the stream around.
     *
     * @throws ReplicationException {@code STREAM_MISSING} if there is none, or the one back flows
     */
    void requireFlow(ChangeStream stream) throws SQLException, InterruptedException {
        String name = PostgresNames.stream(stream.migrationId(), stream.source().server());
        boolean flows = sessions.with(stream.target(), target -> PostgresSubscriber.isEnabled(target, name));
        if (flows) {
            return;
        }
        String back = PostgresNames.stream(stream.migrationId(), stream.target().server());
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

    private record Side(PostgresSchemaDigest schema, List<PostgresSequences.State> sequences) {
        static Side read(PostgresSession session, boolean sameVersion) throws SQLException {
            return new Side(PostgresSchemaDigest.read(session, sameVersion), List.of());
        }

        Side with(List<PostgresSequences.State> states) {
            return new Side(schema, states);
        }
    }
}
