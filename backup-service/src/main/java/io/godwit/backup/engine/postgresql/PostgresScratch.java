package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.ArchiveOrigin;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresConnections;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scratch database on a PostgreSQL server; only superusers can log in to it until it replaces its target. */
final class PostgresScratch implements ScratchDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresScratch.class);

    private static final String OWN_PUBLICATIONS =
            "SELECT pubname FROM pg_publication WHERE starts_with(pubname, 'godwit_')";

    private final PostgresBackupEngine engine;
    private final PostgresConnections connections;
    private final PostgresTools tools;
    private final SecretSealer sealer;
    private final PlacedDatabase target;
    private final String name;
    private boolean replacedTarget;

    PostgresScratch(
            PostgresBackupEngine engine,
            PostgresConnections connections,
            PostgresTools tools,
            SecretSealer sealer,
            PlacedDatabase target,
            String name) {
        this.engine = engine;
        this.connections = connections;
        this.tools = tools;
        this.sealer = sealer;
        this.target = target;
        this.name = name;
    }

    @Override
    public void restore(InputStream archive, ArchiveOrigin origin) throws IOException {
        String owner = target.owner().user();
        PostgresRestoreTarget into =
                new PostgresRestoreTarget(target, name, owner.equals(origin.owner()) ? null : owner);
        try {
            new PostgresRestoration(tools, connections, sealer, into).restore(archive, origin);
        } catch (SQLException e) {
            throw PostgresFailures.of("RESTORE_FAILED", "restoring into " + name, target.server(), e);
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the restore was interrupted", e);
        }
        removeOwnPublications();
    }

    /** A backup taken during a move holds the move's publication; it belongs to the move, not to the database. */
    private void removeOwnPublications() {
        try (Connection inside = PostgresInside.open(connections, target.server(), name)) {
            PostgresDatabases databases = new PostgresDatabases(inside);
            for (String publication : databases.column(OWN_PUBLICATIONS)) {
                databases.execute("DROP PUBLICATION " + PostgresDatabases.quoted(publication));
            }
        } catch (SQLException e) {
            throw PostgresFailures.of("RESTORE_FAILED", "tidying up " + name, target.server(), e);
        }
    }

    @Override
    public List<TableFingerprint> fingerprints(Instant moment) {
        try (Connection inside = PostgresInside.open(connections, target.server(), name)) {
            return PostgresFingerprints.take(tools, target.server(), name, PostgresFingerprints.tables(inside));
        } catch (SQLException e) {
            throw PostgresFailures.of("FINGERPRINT_FAILED", "hashing the rows of " + name, target.server(), e);
        } catch (InterruptedException e) {
            throw OperationFailedException.interrupted("the comparison was interrupted", e);
        }
    }

    @Override
    public String setAside() {
        // What is closed for the time is known from the databases' names.
        return "";
    }

    @Override
    public void replaceTarget(Runnable lastLook) {
        prepareForUse();
        lastLook.run();
        engine.swap(target, name);
        replacedTarget = true;
    }

    private void prepareForUse() {
        try (Connection inside = PostgresInside.open(connections, target.server(), name);
                Statement statement = inside.createStatement()) {
            statement.execute("ANALYZE");
            new PostgresDatabases(inside)
                    .copyProperties(target.databaseName(), name, target.owner().user());
        } catch (SQLException e) {
            throw PostgresFailures.of("RESTORE_FAILED", "preparing " + name + " for use", target.server(), e);
        }
    }

    @Override
    public void close() {
        if (replacedTarget) {
            return;
        }
        try {
            engine.drop(target, name);
        } catch (SQLException e) {
            LOG.atWarn()
                    .setMessage("A scratch database could not be removed; that is tried again later")
                    .addKeyValue("server", target.server().serverId())
                    .addKeyValue("scratch", name)
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }
}
