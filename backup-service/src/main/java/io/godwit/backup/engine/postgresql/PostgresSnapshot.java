package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.DatabaseSnapshot;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.tool.ToolProcess;
import io.godwit.backup.work.RandomPause;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresRestoreList;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exported snapshot, held open by a read-only transaction. The transaction holds an ACCESS SHARE lock on every table
 * from the start: TRUNCATE and rewriting DDL are not covered by a snapshot, so they must wait until both readers are
 * done. Where such a statement begins to wait before the readers have their own locks, they would wait for it and it for
 * this transaction, and everybody else behind it: the readers give up soon ({@code SCHEMA_CHANGING}), and a new snapshot
 * helps.
 */
final class PostgresSnapshot implements DatabaseSnapshot {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSnapshot.class);
    /**
     * Whoever a reader waits for waits in all likelihood for the snapshot's own locks, and holds up the tenant. It is less
     * than the second after which a server looks for a deadlock: whoever waits for both is not the one to end.
     */
    static final Duration LOCK_WAIT = Duration.ofMillis(500);

    private static final String UNDEFINED_TABLE = "42P01";
    private static final RandomPause PAUSE = new RandomPause(Duration.ofMillis(250), Duration.ofMillis(750));
    private static final int GOODBYE_MILLIS = 1_000;

    /** Servers know the setting from version 17 on. */
    private static final String UNLIMITED_TRANSACTION = "SELECT pg_catalog.set_config(name, '0', false)"
            + " FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout'";

    private final PlacedDatabase database;
    private final PostgresTools tools;
    private final Connection connection;
    private final String tool;
    private final String snapshot;
    private final long sizeInBytes;
    private final List<String> administratorsEntries;
    private final Queue<ToolProcess> readers = new ConcurrentLinkedQueue<>();

    private PostgresSnapshot(
            PlacedDatabase database, PostgresTools tools, Connection connection, String tool, long sizeInBytes)
            throws SQLException {
        this.database = database;
        this.tools = tools;
        this.connection = connection;
        this.tool = tool;
        this.sizeInBytes = sizeInBytes;
        try (Statement statement = connection.createStatement()) {
            this.snapshot = text(statement, "SELECT pg_export_snapshot()");
            this.administratorsEntries =
                    new PostgresDatabases(connection).column(PostgresRestoreList.MADE_BY_SUPERUSERS);
        }
    }

    /** Takes over the connection. */
    static PostgresSnapshot open(
            PlacedDatabase database, PostgresTools tools, Connection connection, PostgresProperties properties)
            throws SQLException, InterruptedException {
        boolean opened = false;
        connection.setNetworkTimeout(
                Runnable::run, Math.toIntExact(properties.longestRun().toMillis()));
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET statement_timeout = " + properties.longestRun().toMillis());
            statement.execute("SET lock_timeout = " + LOCK_WAIT.toMillis());
            statement.execute("SET idle_in_transaction_session_timeout = 0");
            statement.execute(UNLIMITED_TRANSACTION);
            // Whatever takes time comes before the locks: until the readers have theirs, any change stands in the way.
            String tool = tools.dumpVersion();
            long sizeInBytes = Long.parseLong(text(statement, "SELECT pg_database_size(current_database())"));
            beginWithLocks(connection, statement, properties.lockTimeout());
            PostgresSnapshot snapshot = new PostgresSnapshot(database, tools, connection, tool, sizeInBytes);
            opened = true;
            return snapshot;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    /**
     * The locks come before the transaction's first query, hence before its snapshot. Those that were got are given back
     * before another is waited for again: somebody who changes several tables may want one of them.
     *
     * @param patience with tables that are locked exclusively
     */
    private static void beginWithLocks(Connection connection, Statement statement, Duration patience)
            throws SQLException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            List<String> tables = PostgresFingerprints.tables(connection);
            connection.setAutoCommit(false);
            try {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                if (!tables.isEmpty()) {
                    statement.execute(lockSql(tables));
                }
                return;
            } catch (SQLException e) {
                if (!mayPass(e) || System.nanoTime() - begun > patience.toNanos()) {
                    throw e;
                }
                connection.rollback();
                connection.setAutoCommit(true);
            }
            PAUSE.take();
        }
    }

    /** Whether somebody has just dropped a table since the list was read, or has locked one. */
    private static boolean mayPass(SQLException failure) {
        return UNDEFINED_TABLE.equals(failure.getSQLState()) || PostgresFailures.isOfLocks(failure);
    }

    /** @param tables at least one; none of the tables that inherit from them is locked */
    static String lockSql(List<String> tables) {
        return "LOCK TABLE ONLY " + String.join(", ONLY ", tables) + " IN ACCESS SHARE MODE";
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public String engineVersion() {
        return database.server().version();
    }

    @Override
    public String tool() {
        return tool;
    }

    @Override
    public long sizeInBytes() {
        return sizeInBytes;
    }

    @Override
    public List<String> administratorsEntries() {
        return administratorsEntries;
    }

    @Override
    public List<TableFingerprint> fingerprints(Instant moment) {
        try {
            return PostgresFingerprints.takeOf(
                    snapshot,
                    tools,
                    database.server(),
                    database.databaseName(),
                    PostgresFingerprints.tables(connection),
                    readers::add);
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the backup was interrupted", e);
        } catch (SQLException e) {
            throw PostgresFailures.of(
                    "FINGERPRINT_FAILED", "hashing the rows of " + database.databaseName(), database.server(), e);
        }
    }

    @Override
    public void dumpTo(OutputStream archive) throws IOException {
        try {
            tools.dump(database.server(), database.databaseName(), snapshot, archive);
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the dump was interrupted", e);
        }
    }

    @Override
    public void close() {
        readers.forEach(ToolProcess::kill);
        try {
            // There is nothing to commit, and an orderly end would wait for a server that may be gone. So does TLS,
            // which
            // reads once more when it is closed: for as long as any read may take.
            connection.setNetworkTimeout(Runnable::run, GOODBYE_MILLIS);
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.atWarn()
                    .setMessage("A snapshot's connection did not close in good order")
                    .addKeyValue("server", database.server().serverId())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }
}
