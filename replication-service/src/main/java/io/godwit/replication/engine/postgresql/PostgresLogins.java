package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The logins that a server has not decided on. It reads a role's password when it asks for one, and the role's right to
 * log in when it has got it: whoever is between the two may have been asked for a password that has been changed.
 */
final class PostgresLogins {
    /** A server breaks a login off after its {@code authentication_timeout}; so much later none is left. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    // A process that logs somebody in has a transaction, but is no session yet, or, since 18, a starting one. Who
    // comes,
    // and to which database, is not known.
    private static final String UNDECIDED = """
            SELECT l.virtualtransaction FROM pg_locks l
            WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
              AND NOT EXISTS (SELECT FROM pg_stat_activity a
                              WHERE a.pid = l.pid AND a.state IS DISTINCT FROM 'starting')""";

    private PostgresLogins() {}

    /**
     * Returns when every login is over that had begun before. That takes no time where nobody dawdles.
     *
     * @throws ReplicationException {@code LOGINS_REMAIN} if one takes longer than the server allows
     */
    static void awaitBegun(PostgresSession session) throws SQLException, InterruptedException {
        List<String> begun = undecided(session);
        if (begun.isEmpty()) {
            return;
        }
        Duration limit = Duration.ofSeconds(session.one(
                        "SELECT setting FROM pg_settings WHERE name = 'authentication_timeout'", row -> row.getLong(1)))
                .plus(MARGIN);
        long deadline = System.nanoTime() + limit.toNanos();
        while (undecided(session).stream().anyMatch(begun::contains)) {
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "LOGINS_REMAIN",
                        Failure.Kind.TRANSIENT,
                        "logins that had begun before a password was changed are not over within " + limit);
            }
            Thread.sleep(1);
        }
    }

    private static List<String> undecided(PostgresSession session) throws SQLException {
        return session.list(UNDECIDED, row -> row.getString(1));
    }
}
