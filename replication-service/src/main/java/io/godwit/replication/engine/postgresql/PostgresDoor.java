package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Keeps every client out of a whole server, without a trace in its data: what stands there, its standby has, too, and
 * would still have as the leader. The server reads a file that says who is let in besides its administrator, and keeps it
 * over restarts. Superusers can't be kept out.
 */
final class PostgresDoor {
    private static final String RECORD = "DOOR";
    private static final Duration POLL = Duration.ofMillis(2);

    /** Named in the server's {@code pg_hba.conf}. */
    private static final String FILE = "godwit-admitted";

    /** At once and for good, also where the machine fails; the server's processes work in its data directory. */
    private static final String REPLACE =
            "cat > %1$s.new && sync %1$s.new && mv %1$s.new %1$s && sync .".formatted(FILE);

    private static final String THERE =
            "SELECT EXISTS (SELECT FROM pg_hba_file_rules WHERE current_user = ANY (user_name))";

    private static final String EVERYBODY = "all";

    /** As a name for roles it is reserved to the server, so nobody has it. */
    private static final String NOBODY = "pg_godwit_nobody";

    private final PostgresSessions sessions;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresDoor(PostgresSessions sessions, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.records = records;
        this.limits = limits;
    }

    boolean isClosed(String migrationId, PlacedDatabase database) {
        return records.find(migrationId, database.server().serverId(), RECORD, PostgresNote.class)
                .isPresent();
    }

    /** @throws ReplicationException {@code DOOR_MISSING} if the server does not read who is let in besides its administrator */
    void requireThere(PlacedDatabase database) throws SQLException, InterruptedException {
        if (!sessions.with(database, session -> session.isTrue(THERE))) {
            throw new ReplicationException(
                    "DOOR_MISSING",
                    Failure.Kind.CONFLICT,
                    "server " + database.server().serverId() + " does not read '" + FILE
                            + "' in its pg_hba.conf; expected a server that Godwit has started");
        }
    }

    /**
     * When this returns, no client has a session of the server's database that can run anything, and none can begin to
     * log in.
     */
    void close(String migrationId, PlacedDatabase database, ClientHold hold) throws SQLException, InterruptedException {
        records.save(migrationId, database.server().serverId(), RECORD, new PostgresNote());
        admit(migrationId, database, NOBODY, hold);
        sessions.with(database, session -> {
            new PostgresExpulsion(migrationId, database.server()).complete(session, limits.fenceTimeout());
            return true;
        });
    }

    /** Lets everybody in. Does nothing unless the server was closed. */
    void open(String migrationId, PlacedDatabase database) throws SQLException, InterruptedException {
        if (isClosed(migrationId, database)) {
            sessions.with(database, session -> {
                PostgresBackends.endDeeds(session, migrationId);
                return true;
            });
            admit(migrationId, database, EVERYBODY, ClientHold.UNLIMITED);
            forget(migrationId, database);
        }
    }

    /** The server goes, as it is. */
    void forget(String migrationId, PlacedDatabase database) {
        records.remove(migrationId, database.server().serverId(), RECORD);
    }

    /** Returns when the server's main process, which every new session comes from, has read who is let in. */
    private void admit(String migrationId, PlacedDatabase database, String who, ClientHold hold)
            throws SQLException, InterruptedException {
        String replacing = "COPY (SELECT " + PostgresNames.literal(who) + ") TO PROGRAM '" + REPLACE + "'";
        String asked = sessions.with(database, session -> {
            PostgresBackends.deed(session, migrationId, in -> PostgresClosing.execute(in, hold, replacing));
            String now = session.one("SELECT clock_timestamp()::text", row -> row.getString(1));
            session.execute("SELECT pg_reload_conf()");
            return now;
        });
        long deadline = System.nanoTime() + limits.fenceTimeout().toNanos();
        while (!isRead(database, asked)) {
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "DOOR_NOT_MOVED",
                        Failure.Kind.TRANSIENT,
                        "server " + database.server().serverId() + " has not read anew who is let in within "
                                + limits.fenceTimeout());
            }
            Thread.sleep(POLL);
        }
    }

    /** A new session has the main process's time of reading. */
    private boolean isRead(PlacedDatabase database, String since) throws SQLException {
        try (PostgresSession fresh = sessions.open(database)) {
            return fresh.isTrue("SELECT pg_conf_load_time() >= ?::timestamptz", since);
        }
    }
}
