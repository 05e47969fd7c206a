package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Keeps every client out of one database, also over a restart of its server, without touching the server's other
 * databases. Superusers can't be kept out.
 */
final class PostgresFence {
    private static final String RECORD = "FENCE";
    private static final String UNDEFINED_TABLE = "42P01";

    private final PostgresSessions sessions;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresFence(PostgresSessions sessions, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.records = records;
        this.limits = limits;
    }

    static boolean isFenced(UndoRecords records, String migrationId, PlacedDatabase database) {
        return records.find(migrationId, database.server().serverId(), RECORD, PostgresAccess.class)
                .isPresent();
    }

    /** @return a position that no client's change comes after */
    String raise(String migrationId, PlacedDatabase database, ClientHold hold)
            throws SQLException, InterruptedException {
        close(migrationId, database, hold);
        return position(migrationId, database);
    }

    /** When this returns, no client has a session of the database that can run anything, and none can get one. */
    void close(String migrationId, PlacedDatabase database, ClientHold hold) throws SQLException, InterruptedException {
        sessions.with(database, session -> {
            PostgresAccess access = recordedAccess(session, migrationId, database);
            PostgresBackends.deed(
                    session, migrationId, in -> PostgresClosing.execute(in, hold, access.withdrawSql(database)));
            new PostgresExpulsion(migrationId, database.server()).complete(session, limits.fenceTimeout());
            return true;
        });
    }

    /** @return a position that no client's change comes after if the database is closed; the stream carries a marker of it */
    String position(String migrationId, PlacedDatabase database) throws SQLException, InterruptedException {
        String marker = PostgresNames.side(migrationId, database.server());
        return sessions.with(database, session -> position(session, marker));
    }

    /** What was there before the first attempt to fence must not be replaced by what that attempt left. */
    private PostgresAccess recordedAccess(PostgresSession session, String migrationId, PlacedDatabase database)
            throws SQLException {
        String serverId = database.server().serverId();
        Optional<PostgresAccess> recorded = records.find(migrationId, serverId, RECORD, PostgresAccess.class);
        if (recorded.isPresent()) {
            return recorded.get().ofExistingRoles(session);
        }
        PostgresAccess access = PostgresAccess.read(session, migrationId, database);
        records.save(migrationId, serverId, RECORD, access);
        return access;
    }

    private static String position(PostgresSession session, String marker) throws SQLException {
        try {
            return PostgresMarker.write(session, marker);
        } catch (SQLException e) {
            if (!UNDEFINED_TABLE.equals(e.getSQLState())) {
                throw e;
            }
            session.execute("ROLLBACK");
            // The database does not move by a stream, so nobody waits for a marker.
            return session.one("SELECT pg_current_wal_flush_lsn()::text", row -> row.getString(1));
        }
    }

    /** Restores what {@link #raise} found; does nothing if the database was not fenced. */
    void lower(String migrationId, PlacedDatabase database) throws SQLException, InterruptedException {
        String serverId = database.server().serverId();
        Optional<PostgresAccess> recorded = records.find(migrationId, serverId, RECORD, PostgresAccess.class);
        if (recorded.isEmpty()) {
            return;
        }
        sessions.with(database, session -> {
            PostgresBackends.endDeeds(session, migrationId);
            session.execute(recorded.get().ofExistingRoles(session).restoreSql(database));
            return true;
        });
        records.remove(migrationId, serverId, RECORD);
    }
}
