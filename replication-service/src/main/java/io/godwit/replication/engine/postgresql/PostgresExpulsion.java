package io.godwit.replication.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends everybody's sessions of a database but Godwit's. It does not wait until their processes are gone, which takes
 * some milliseconds for each that has temporary tables, but until none of them can change anything any more: a session
 * that was told to end, and is seen waiting for a command after that, ends before it runs one, because a server looks
 * whether it was told to between reading a command and running it.
 */
final class PostgresExpulsion {
    /**
     * A session that is just starting is not listed yet, but holds a lock on the database until it is; one that takes
     * the lock later finds its right to connect withdrawn. So this is to be asked before the sessions are listed.
     */
    private static final String STARTING = """
            SELECT l.pid, '', true FROM pg_locks l JOIN pg_database d ON d.oid = l.objid
            WHERE d.datname = current_database() AND l.locktype = 'object'
              AND l.classid = 'pg_database'::regclass AND l.pid <> pg_backend_pid()""";

    /** Tells sessions to end, and looks what they do after that, in one round trip. */
    private final String round;

    PostgresExpulsion(String migrationId, ServerAccess server) {
        // A role that was dropped has no name any more, but may still have sessions.
        String others = """
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND usesysid IS NOT NULL AND coalesce(usename, '') <> ALL (ARRAY[%s, %s, %s])""".formatted(
                        PostgresNames.literal(server.admin().user()),
                        PostgresNames.literal(server.replication().user()),
                        PostgresNames.literal(PostgresNames.deputy(migrationId, server)));
        String tell = "SELECT pid, backend_start::text, pg_terminate_backend(pid) " + others;
        // Idle, but in a transaction: a process that ends drops the session's temporary tables; of one that goes on,
        // that is true only while the server does something of its own between two commands, or has described a
        // statement. A session that is idle and neither of the two may have read a command.
        String look = """
            SELECT pid, backend_start::text,
                   coalesce(backend_type = 'client backend' AND state = 'idle'
                            AND (wait_event = 'ClientRead' OR xact_start IS NOT NULL), false)
            """ + others;
        // Where many processes end at a time, each round trip waits for the processor longer than for its answer.
        // There are two transactions, because within one a server answers a second look with the first.
        this.round = String.join("; ", "BEGIN", STARTING, tell, "COMMIT", look);
    }

    /**
     * Returns when no session that there was can change anything. Nobody may be able to begin one.
     *
     * @throws ReplicationException {@code SESSIONS_REMAIN} if they have not ended in time
     */
    void complete(PostgresSession session, Duration timeout) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Set<Backend> told = new HashSet<>();
        Set<Backend> powerless = new HashSet<>();
        while (true) {
            List<List<Seen>> answers = session.lists(round, Seen::of);
            told.addAll(those(answers.get(1)));
            List<Seen> sessions = answers.get(2);
            powerless.addAll(those(sessions));
            powerless.retainAll(told);
            long others = answers.getFirst().size()
                    + sessions.stream()
                            .filter(seen -> !powerless.contains(seen.backend()))
                            .count();
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

    private static List<Backend> those(List<Seen> answer) {
        return answer.stream().filter(Seen::so).map(Seen::backend).toList();
    }

    /** @param start a process number is used again */
    private record Backend(int pid, String start) {}

    /** @param so whether it was told to end; or whether it runs no command and has none to run */
    private record Seen(Backend backend, boolean so) {
        static Seen of(ResultSet row) throws SQLException {
            return new Seen(new Backend(row.getInt(1), row.getString(2)), row.getBoolean(3));
        }
    }
}
