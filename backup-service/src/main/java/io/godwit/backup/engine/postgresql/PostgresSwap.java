package io.godwit.backup.engine.postgresql;

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

    private final Connection admin;
    private final PostgresDatabases databases;
    private final Duration timeout;

    PostgresSwap(Connection admin, Duration timeout) {
        this.admin = admin;
        this.databases = new PostgresDatabases(admin);
        this.timeout = timeout;
    }

    void replace(String target, String scratch) throws SQLException {
        databases.execute("SET lock_timeout = " + timeout.toMillis());
        if (!databases.exists(target)) {
            databases.execute(rename(scratch, target));
            return;
        }
        boolean replaced = false;
        allowConnections(target, false);
        try {
            endSessions(target);
            endSessions(scratch);
            // From here on no new change stream can begin, so this look is the last one needed.
            databases.requireNoReplication(target);
            renameBoth(target, scratch);
            replaced = true;
        } finally {
            if (!replaced) {
                allowConnections(target, true);
            }
        }
        dropReplaced(scratch + REPLACED);
    }

    private void dropReplaced(String replaced) {
        try {
            databases.drop(replaced);
        } catch (SQLException e) {
            // The replacement stands all the same.
            LOG.atError()
                    .setMessage("A replaced database could not be removed; remove it by hand")
                    .addKeyValue("replaced", replaced)
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    /** @return whether the swap had happened before the interruption */
    boolean recover(String target, String scratch) throws SQLException {
        boolean replaced = databases.exists(scratch + REPLACED);
        if (databases.exists(target)) {
            allowConnections(target, true);
        }
        databases.drop(scratch);
        databases.dropRoles(PostgresRestorers.prefix(scratch));
        // Last, because it tells whoever comes again after a failure what has happened.
        databases.drop(scratch + REPLACED);
        return replaced;
    }

    private void renameBoth(String target, String scratch) throws SQLException {
        admin.setAutoCommit(false);
        try {
            databases.execute(rename(target, scratch + REPLACED));
            databases.execute(rename(scratch, target));
            admin.commit();
        } catch (SQLException e) {
            admin.rollback();
            throw e;
        } finally {
            admin.setAutoCommit(true);
        }
    }

    private void endSessions(String database) throws SQLException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!databases
                .column("SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = ?", database)
                .isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new OperationFailedException(
                        "DATABASE_BUSY",
                        "sessions of database " + database + " have not ended after " + timeout,
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
