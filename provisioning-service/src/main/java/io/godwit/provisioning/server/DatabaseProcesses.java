package io.godwit.provisioning.server;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.provisioning.engine.ProvisioningException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The processes of databases that share no process with others on their server. Used outside transactions. */
@Component
public class DatabaseProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseProcesses.class);
    private static final Duration LOCK_WAIT = Duration.ofMinutes(2);

    private final ProcessServers processes;
    private final ServerLocks locks;
    private final SecretSealer sealer;
    private final Duration startTimeout;

    DatabaseProcesses(
            ProcessServers processes, ServerLocks locks, SecretSealer sealer, ProvisioningProperties properties) {
        this.processes = processes;
        this.locks = locks;
        this.sealer = sealer;
        this.startTimeout = properties.process().startTimeout();
    }

    /** Makes and starts the database's process; returns when it answers. May be repeated. */
    public void ensureRunning(PlacedDatabase database, DatabaseOptions options) {
        locks.holding(lockOf(database), LOCK_WAIT, () -> {
            try {
                LocalServer process = processes.openDatabase(database, options);
                process.create(sealer.open(database.server().admin().password()));
                process.start(startTimeout);
            } catch (LocalProcessException | UncheckedIOException e) {
                LOG.atError()
                        .setMessage("A database's process could not be started")
                        .addKeyValue("database", database.databaseName())
                        .addKeyValue("server", database.server().serverId())
                        .setCause(e)
                        .log();
                throw ProvisioningException.unavailable(
                        "DATABASE_START_FAILED",
                        "The process of database " + database.databaseName() + " on server '"
                                + database.server().serverId() + "' could not be started; its log says why",
                        e);
            }
        });
    }

    /** Ends the database's process and deletes its data. Does nothing where they are gone. */
    public void destroy(PlacedDatabase database) {
        locks.holding(lockOf(database), LOCK_WAIT, () -> {
            try {
                processes.openDatabase(database, DatabaseOptions.SERVER_DEFAULT).destroy();
            } catch (LocalProcessException | UncheckedIOException e) {
                throw ProvisioningException.unavailable(
                        "DATABASE_NOT_REMOVED",
                        "The process or the data of database " + database.databaseName() + " on server '"
                                + database.server().serverId() + "' could not be removed: " + e.getMessage(),
                        e);
            }
        });
    }

    static String lockOf(PlacedDatabase database) {
        return database.server().serverId() + "/" + database.databaseName();
    }
}
