package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.ReplacementBrokenOffException;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a scratch database in another's place: connections are refused, sessions ended, both renamed in one transaction.
 * The name of the replaced database is derived from the scratch database's, so that an interrupted swap is recognised.
 */
final class PostgresSwap {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSwap.class);
    private static final Duration RETRY = Duration.ofMillis(50);
    private static final String REPLACED = "_replaced";
    private static final String END_INSIDE =
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = ?";
    private static final String END_SWAPS = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity"
            + " WHERE application_name = ? AND usename = current_user AND pid <> pg_backend_pid()";

    private final Connection admin;
    private final PostgresDatabases databases;
    private final Duration timeout;

    PostgresSwap(Connection admin, Duration timeout) {
        this.admin = admin;
        this.databases = new PostgresDatabases(admin);
        this.timeout = timeout;
    }

    /**
     * @throws SQLException with the target open again
     * @throws ReplacementBrokenOffException if that could not be achieved, or nobody answered whether the swap happened
     */
    void replace(String target, String scratch) throws SQLException {
        // For recover to know this session by, should it outlive the connection.
        databases.column("SELECT set_config('application_name', ?, false)", scratch);
        int patience = admin.getNetworkTimeout();
        admin.setNetworkTimeout(
                Runnable::run, Math.toIntExact(timeout.multipliedBy(2).toMillis()));
        swap(target, scratch);
        admin.setNetworkTimeout(Runnable::run, patience);
        dropReplaced(replacedBy(scratch));
    }

    /** What a replaced database is called until it is removed. */
    static String replacedBy(String scratch) {
        return scratch + REPLACED;
    }

    private void swap(String target, String scratch) throws SQLException {
        if (!databases.exists(target)) {
            databases.execute(rename(scratch, target));
            return;
        }
        try {
            allowConnections(target, false);
            endSessions(END_INSIDE, target);
            endSessions(END_INSIDE, scratch);
            // From here on no new change stream can begin, so this look is the last one needed.
            databases.requireNoReplication(target);
            renameBoth(target, scratch);
        } catch (SQLException | RuntimeException e) {
            reopen(target, e);
            throw e;
        }
    }

    /** Where the commit's answer was lost, the connection was lost with it, and this fails too. */
    private void reopen(String target, Exception cause) {
        try {
            allowConnections(target, true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
            throw new ReplacementBrokenOffException(
                    "the replacement of database " + target + " broke off: " + cause.getMessage(), cause);
        }
    }

    private void dropReplaced(String replaced) {
        try {
            databases.drop(replaced);
        } catch (SQLException e) {
            // The replacement stands all the same.
            LOG.atWarn()
                    .setMessage("A replaced database could not be removed; that is tried again later")
                    .addKeyValue("replaced", replaced)
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    /** @return whether the swap had happened before the interruption */
    boolean recover(String target, String scratch) throws SQLException {
        // A server may take a while to see that the client has gone; until then a rename could still be committed.
        endSessions(END_SWAPS, scratch);
        boolean replaced = databases.exists(replacedBy(scratch));
        if (databases.exists(target)) {
            allowConnections(target, true);
        }
        databases.drop(scratch);
        databases.dropRoles(PostgresRestorers.prefix(scratch));
        // Last, because it tells whoever comes again after a failure what has happened.
        dropReplaced(replacedBy(scratch));
        return replaced;
    }

    private void renameBoth(String target, String scratch) throws SQLException {
        admin.setAutoCommit(false);
        try {
            databases.execute(rename(target, replacedBy(scratch)));
            databases.execute(rename(scratch, target));
            admin.commit();
            admin.setAutoCommit(true);
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
    }

    private void rollBack(SQLException cause) {
        try {
            admin.rollback();
            admin.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private void endSessions(String which, String name) throws SQLException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!databases.column(which, name).isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new OperationFailedException(
                        "DATABASE_BUSY",
                        "sessions of " + name + " have not ended after " + timeout,
                        Failure.Kind.TRANSIENT);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the replacement was interrupted", e);
        }
    }

    private void allowConnections(String database, boolean allowed) throws SQLException {
        databases.execute("ALTER DATABASE " + PostgresDatabases.quoted(database) + " ALLOW_CONNECTIONS " + allowed);
    }

    private static String rename(String from, String to) throws SQLException {
        return "ALTER DATABASE " + PostgresDatabases.quoted(from) + " RENAME TO " + PostgresDatabases.quoted(to);
    }
}
