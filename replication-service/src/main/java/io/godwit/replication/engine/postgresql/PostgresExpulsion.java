package io.godwit.replication.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;

/** Ends everybody's sessions of a database but Godwit's. */
final class PostgresExpulsion {
    private final String sql;

    PostgresExpulsion(String migrationId, ServerAccess server) {
        // A session that is just starting is not listed yet, but holds a lock on the database until it is; one that
        // takes the lock later finds its right to connect withdrawn. A role that was dropped has no name any more, but
        // may still have sessions.
        this.sql = """
                SELECT (SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                          AND usesysid IS NOT NULL AND coalesce(usename, '') <> ALL (ARRAY[%s, %s, %s]))
                     + (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.objid
                        WHERE d.datname = current_database() AND l.locktype = 'object'
                          AND l.classid = 'pg_database'::regclass AND l.pid <> pg_backend_pid())""".formatted(
                        PostgresNames.literal(server.admin().user()),
                        PostgresNames.literal(server.replication().user()),
                        PostgresNames.literal(PostgresNames.deputy(migrationId, server)));
    }

    /** Tells the sessions to end; its result is how many there are. */
    String sql() {
        return sql;
    }

    /** @throws ReplicationException {@code SESSIONS_REMAIN} if they have not ended in time */
    void complete(PostgresSession session, Duration timeout) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            long others = session.one(sql, row -> row.getLong(1));
            if (others == 0) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "SESSIONS_REMAIN",
                        Failure.Kind.TRANSIENT,
                        others + " sessions of the database have not ended within " + timeout
                                + " after they were told to");
            }
            Thread.sleep(1);
        }
    }
}
