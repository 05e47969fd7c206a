package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.Leftovers;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Removes streams and, with the last of a move, everything else the move made. What can't be removed, because a server
 * does not answer, is listed; being asked again removes the rest. Where the database lives, nothing may be left: nobody
 * removes it later, and a slot there would keep log for ever.
 */
final class PostgresStop {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);
    private static final String NO_SUCH_DATABASE = "3D000";

    private final PostgresSessions sessions;
    private final PostgresSlotKeeper keeper;
    private final PostgresReplicaIdentity identities;
    private final PostgresRoles roles;
    private final UndoRecords records;

    PostgresStop(
            PostgresSessions sessions,
            PostgresSlotKeeper keeper,
            PostgresReplicaIdentity identities,
            PostgresRoles roles,
            UndoRecords records) {
        this.sessions = sessions;
        this.keeper = keeper;
        this.identities = identities;
        this.roles = roles;
        this.records = records;
    }

    /** Ends the stream. The one back is ended with it, unless it flows. */
    List<String> stop(ChangeStream stream) throws InterruptedException {
        String forward = PostgresNames.stream(stream);
        String reverse = PostgresNames.stream(stream.reversed());
        Leftovers leftovers = new Leftovers();
        keeper.leave(stream.migrationId(), stream.source());
        boolean reverseFlows = reverseFlows(stream, reverse);
        if (!reverseFlows) {
            keeper.leave(stream.migrationId(), stream.target());
        }
        attempt(leftovers, "subscription " + forward, stream.target(), target -> {
            PostgresBackends.endAll(target, stream.migrationId());
            PostgresSubscriber.remove(target, forward);
        });
        attempt(leftovers, "publication and slot " + forward, stream.source(), source -> {
            PostgresBackends.endAll(source, stream.migrationId());
            PostgresPublisher.remove(source, forward);
            if (!reverseFlows) {
                PostgresSubscriber.remove(source, reverse);
            }
        });
        if (!reverseFlows) {
            attempt(
                    leftovers,
                    "publication and slot " + reverse,
                    stream.target(),
                    target -> PostgresPublisher.remove(target, reverse));
        }
        records.remove(stream.migrationId(), stream.target().server().serverId(), PostgresCopy.RECORD);
        finish(leftovers, stream);
        return leftovers.requireClean(home(stream));
    }

    /**
     * Ends the stream back. If nothing has come through it and the source is the home, the forward stream flows again. A
     * source that is fenced has only what the target sent it, which must not go round; that nothing came through is no
     * proof of the opposite, for it is also what a stream looks like that an earlier life has half removed.
     */
    List<String> stopReverse(ChangeStream stream) throws InterruptedException {
        String forward = PostgresNames.stream(stream);
        String reverse = PostgresNames.stream(stream.reversed());
        keeper.leave(stream.migrationId(), stream.source());
        keeper.leave(stream.migrationId(), stream.target());
        Leftovers leftovers = new Leftovers();
        boolean[] forwardAgain = {false};
        attempt(leftovers, "subscription " + reverse, stream.source(), source -> {
            boolean untouched = !PostgresSubscriber.hasApplied(source, reverse);
            PostgresSubscriber.remove(source, reverse);
            forwardAgain[0] = untouched && !targetIsHome(stream) && PostgresPublisher.hasSlot(source, forward);
        });
        attempt(leftovers, "publication and slot " + reverse, stream.target(), target -> {
            PostgresPublisher.remove(target, reverse);
            if (forwardAgain[0] && PostgresSubscriber.exists(target, forward)) {
                PostgresSubscriber.enable(target, forward);
            }
        });
        finish(leftovers, stream);
        return leftovers.requireClean(home(stream));
    }

    private boolean reverseFlows(ChangeStream stream, String reverse) throws InterruptedException {
        try {
            return sessions.with(stream.source(), source -> PostgresSubscriber.isEnabled(source, reverse));
        } catch (SQLException e) {
            rethrowInterrupt();
            // The source can't be asked; only while it is fenced the target can be the home that it follows.
            return PostgresFence.isFenced(records, stream.migrationId(), stream.source())
                    && !NO_SUCH_DATABASE.equals(e.getSQLState());
        }
    }

    /** With the last stream go Godwit's schema, the replica identities and the roles. */
    private void finish(Leftovers leftovers, ChangeStream stream) throws InterruptedException {
        attempt(
                leftovers,
                "schema " + PostgresNames.SCHEMA,
                stream.source(),
                source -> finish(source, stream, stream.source()));
        attempt(leftovers, "schema " + PostgresNames.SCHEMA, stream.target(), target -> {
            if (finish(target, stream, stream.target())) {
                if (targetIsHome(stream)) {
                    roles.keep(stream.migrationId(), stream.target());
                    records.remove(
                            stream.migrationId(), stream.target().server().serverId(), PostgresCopy.BEGUN);
                } else {
                    roles.discard(target, stream.migrationId(), stream.target());
                }
            }
        });
        sessions.release(stream.source());
        sessions.release(stream.target());
    }

    private boolean finish(PostgresSession session, ChangeStream stream, PlacedDatabase database)
            throws SQLException, InterruptedException {
        String[] names = {PostgresNames.stream(stream), PostgresNames.stream(stream.reversed())};
        if (session.isTrue(
                "SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = ANY (?))"
                        + " OR EXISTS (SELECT FROM pg_subscription WHERE subname = ANY (?))",
                names,
                names)) {
            return false;
        }
        identities.restore(session, stream.migrationId(), database);
        PostgresDdlCapture.remove(session);
        // Transactions that had changed the schema before may be open for long; whoever asks again finds them gone.
        session.execute("SET lock_timeout = " + LOCK_TIMEOUT.toMillis() + "; DROP SCHEMA IF EXISTS "
                + PostgresNames.SCHEMA + " CASCADE; RESET lock_timeout");
        PostgresDeputy.dismiss(session, stream.migrationId(), database);
        records.remove(stream.migrationId(), database.server().serverId(), PostgresPendingRows.RECORD);
        return true;
    }

    /** The source stays fenced when the target has become the database's home. */
    private boolean targetIsHome(ChangeStream stream) {
        return PostgresFence.isFenced(records, stream.migrationId(), stream.source());
    }

    private PlacedDatabase home(ChangeStream stream) {
        return targetIsHome(stream) ? stream.target() : stream.source();
    }

    private void attempt(Leftovers leftovers, String what, PlacedDatabase database, Removal removal)
            throws InterruptedException {
        try {
            sessions.with(database, session -> {
                removal.in(session);
                return true;
            });
        } catch (SQLException e) {
            rethrowInterrupt();
            if (!NO_SUCH_DATABASE.equals(e.getSQLState())) {
                leftovers.note(what, database, e);
            }
        } catch (ReplicationException e) {
            leftovers.note(what, database, e);
        }
    }

    private static void rethrowInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Removes something in a session. */
    @FunctionalInterface
    private interface Removal {
        void in(PostgresSession session) throws SQLException, InterruptedException;
    }
}
