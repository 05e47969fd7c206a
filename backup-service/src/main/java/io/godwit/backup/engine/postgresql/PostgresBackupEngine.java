package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.BackupEngine;
import io.godwit.backup.engine.DatabaseSnapshot;
import io.godwit.backup.engine.MoveFitness;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Backs up PostgreSQL databases logically, with the server's own programs. */
final class PostgresBackupEngine implements BackupEngine {
    private static final String MAINTENANCE_DATABASE = "postgres";
    /** Longer than any database takes to be removed whose server works. */
    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(5);

    private final PostgresConnections connections;
    private final PostgresTools tools;
    private final SecretSealer sealer;
    private final PostgresProperties properties;

    PostgresBackupEngine(
            PostgresConnections connections, PostgresTools tools, SecretSealer sealer, PostgresProperties properties) {
        this.connections = connections;
        this.tools = tools;
        this.sealer = sealer;
        this.properties = properties;
    }

    @Override
    public EngineId id() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public DatabaseSnapshot openSnapshot(PlacedDatabase database, String name) {
        ServerAccess server = database.server();
        try {
            return PostgresSnapshot.open(
                    database, tools, PostgresInside.open(connections, server, database.databaseName()), properties);
        } catch (SQLException e) {
            throw PostgresFailures.of("SNAPSHOT_FAILED", "a snapshot of " + database.databaseName(), server, e);
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the backup was interrupted", e);
        }
    }

    @Override
    public MoveFitness fitnessForMove(PlacedDatabase database) {
        try (Connection inside = PostgresInside.open(connections, database.server(), database.databaseName())) {
            return PostgresMoveChecks.check(inside, tools.dumpVersion());
        } catch (SQLException e) {
            throw PostgresFailures.of(
                    "INSPECTION_FAILED", "looking at " + database.databaseName(), database.server(), e);
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the inspection was interrupted", e);
        }
    }

    @Override
    public ScratchDatabase createScratch(PlacedDatabase beside, String name) {
        try (Connection admin = maintenance(beside.server())) {
            PostgresDatabases databases = new PostgresDatabases(admin);
            remove(databases, name);
            databases.createLike(beside.databaseName(), name, beside.owner().user());
        } catch (SQLException e) {
            throw PostgresFailures.of("SCRATCH_FAILED", "making database " + name, beside.server(), e);
        }
        return new PostgresScratch(this, connections, tools, sealer, beside, name);
    }

    @Override
    public void removeScratch(PlacedDatabase beside, String name) {
        try (Connection admin = maintenance(beside.server())) {
            PostgresDatabases databases = new PostgresDatabases(admin);
            remove(databases, name);
            databases.drop(PostgresSwap.replacedBy(name));
        } catch (SQLException e) {
            throw PostgresFailures.of("SCRATCH_FAILED", "removing database " + name, beside.server(), e);
        }
    }

    @Override
    public boolean isEmptyAndReplaceable(PlacedDatabase database) {
        try (Connection admin = maintenance(database.server())) {
            PostgresDatabases databases = new PostgresDatabases(admin);
            if (!databases.exists(database.databaseName())) {
                return true;
            }
            databases.requireNoReplication(database.databaseName());
        } catch (SQLException e) {
            throw PostgresFailures.of(
                    "TARGET_UNREADABLE", "looking at " + database.databaseName(), database.server(), e);
        }
        try (Connection inside = PostgresInside.open(connections, database.server(), database.databaseName())) {
            return PostgresContents.isEmpty(inside);
        } catch (SQLException e) {
            throw PostgresFailures.of(
                    "TARGET_UNREADABLE", "looking into " + database.databaseName(), database.server(), e);
        }
    }

    @Override
    public boolean recoverReplacement(PlacedDatabase target, String scratchName, @Nullable String setAside) {
        try (Connection admin = maintenance(target.server())) {
            return new PostgresSwap(admin, properties.swapTimeout()).recover(target.databaseName(), scratchName);
        } catch (SQLException e) {
            throw PostgresFailures.of("RECOVERY_FAILED", "cleaning up " + scratchName, target.server(), e);
        }
    }

    void swap(PlacedDatabase target, String scratchName) {
        try (Connection admin = maintenance(target.server())) {
            new PostgresSwap(admin, properties.swapTimeout()).replace(target.databaseName(), scratchName);
        } catch (SQLException e) {
            throw PostgresFailures.of("SWAP_FAILED", "replacing " + target.databaseName(), target.server(), e);
        }
    }

    void drop(PlacedDatabase beside, String name) throws SQLException {
        try (Connection admin = maintenance(beside.server())) {
            remove(new PostgresDatabases(admin), name);
        }
    }

    private static void remove(PostgresDatabases databases, String scratch) throws SQLException {
        databases.drop(scratch);
        databases.dropRoles(PostgresRestorers.prefix(scratch));
    }

    /** Nothing that is done over it waits without a bound: not for a lock, nor for a server that has gone. */
    private Connection maintenance(ServerAccess server) throws SQLException {
        Connection connection = connections.openAdmin(server, MAINTENANCE_DATABASE);
        boolean bounded = false;
        try (Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(LONGEST_STATEMENT.toMillis()));
            statement.execute("SET lock_timeout = " + properties.swapTimeout().toMillis());
            bounded = true;
            return connection;
        } finally {
            if (!bounded) {
                connection.close();
            }
        }
    }
}
