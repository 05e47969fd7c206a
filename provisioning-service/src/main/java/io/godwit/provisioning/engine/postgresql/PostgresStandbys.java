package io.godwit.provisioning.engine.postgresql;

import static io.godwit.provisioning.engine.postgresql.PostgresSessions.MAINTENANCE;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.list;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.processes.postgresql.PostgresLeader;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.engine.StandbyProcess;
import io.godwit.provisioning.engine.Standbys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** PostgreSQL servers that follow each other by physical streaming, each through a slot of its own. */
@Component
class PostgresStandbys implements Standbys {
    private static final String SLOT_PREFIX = "godwit_standby_";
    private static final Duration DISMISSAL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(2);

    /** The administrator is named in the rules of servers that have a list of those who are admitted besides. */
    private static final String NO_DOOR = "SELECT 'pg_hba.conf' WHERE NOT EXISTS (SELECT FROM pg_hba_file_rules"
            + " WHERE current_user = ANY (user_name))";

    private static final String OTHER_DATABASES =
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', ?)";
    private static final String TABLESPACES =
            "SELECT spcname FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')";
    private static final String UNLOGGED = "SELECT n.nspname || '.' || c.relname FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence = 'u' AND c.relkind IN ('r', 'S')"
            + " LIMIT 3";
    private static final String LOGICAL_SLOTS =
            "SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'logical'";
    private static final String SUBSCRIPTIONS = "SELECT subname FROM pg_subscription";

    private static final String SLOT = "SELECT slot_name FROM pg_replication_slots WHERE slot_name = ?";
    private static final String KEEPING_SLOT = SLOT + " AND wal_status IS DISTINCT FROM 'lost'";
    private static final String DROP_UNUSED =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ? AND NOT active";
    private static final String END_READER =
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = ? AND active";
    private static final String COPYING = "SELECT p.backup_streamed, coalesce(p.backup_total, 0)"
            + " FROM pg_stat_progress_basebackup p JOIN pg_stat_activity a ON a.pid = p.pid WHERE a.application_name = ?";
    private static final String END_COPY = "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a"
            + " WHERE a.application_name = ? AND a.backend_type = 'walsender'";

    /** A standby can't have less than its leader. */
    private static final String MORE_CONNECTIONS =
            "SELECT setting FROM pg_settings" + " WHERE name = 'max_connections' AND setting::int > ?::int";

    private final PostgresSessions sessions;
    private final PostgresLocalServers servers;
    private final SecretSealer sealer;

    PostgresStandbys(PostgresSessions sessions, PostgresLocalServers servers, SecretSealer sealer) {
        this.sessions = sessions;
        this.servers = servers;
        this.sealer = sealer;
    }

    @Override
    public EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public List<String> objections(PlacedDatabase database) {
        return sessions.call(database.server(), database.databaseName(), connection -> {
            List<String> found = new ArrayList<>();
            note(found, "its server runs since before Godwit could close it as a whole", list(connection, NO_DOOR));
            note(found, "its server has further databases", list(connection, OTHER_DATABASES, database.databaseName()));
            note(found, "its server has tablespaces of its own", list(connection, TABLESPACES));
            note(found, "it has unlogged tables, which a standby has empty", list(connection, UNLOGGED));
            note(found, "it has logical replication slots", list(connection, LOGICAL_SLOTS));
            note(found, "it has subscriptions", list(connection, SUBSCRIPTIONS));
            note(
                    found,
                    "its server allows more connections than the " + servers.maxConnections() + " of a new one",
                    list(connection, MORE_CONNECTIONS, Integer.toString(servers.maxConnections())));
            return found;
        });
    }

    private static void note(List<String> found, String what, List<String> names) {
        if (!names.isEmpty()) {
            found.add(what + " (" + String.join(", ", names) + ")");
        }
    }

    @Override
    public void admit(ServerAccess leader, String standbyId) {
        sessions.run(leader, MAINTENANCE, connection -> admit(connection, standbyId));
    }

    static void admit(Connection leader, String standbyId) throws SQLException {
        String slot = slot(standbyId);
        // One that nobody has read for long may have lost what it kept.
        list(leader, DROP_UNUSED, slot);
        list(
                leader,
                "SELECT pg_create_physical_replication_slot(?, true)"
                        + " WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ?)",
                slot,
                slot);
    }

    @Override
    public boolean isAdmitted(ServerAccess leader, String standbyId) {
        return sessions.call(
                leader,
                MAINTENANCE,
                connection -> !list(connection, KEEPING_SLOT, slot(standbyId)).isEmpty());
    }

    @Override
    public void dismiss(ServerAccess leader, String standbyId) {
        String slot = slot(standbyId);
        sessions.run(leader, MAINTENANCE, connection -> {
            long deadline = System.nanoTime() + DISMISSAL_TIMEOUT.toNanos();
            while (!list(connection, SLOT, slot).isEmpty()) {
                // Whoever read it is gone, or is to go; the server may not have noticed yet.
                list(connection, END_READER, slot);
                list(connection, DROP_UNUSED, slot);
                if (System.nanoTime() > deadline) {
                    throw ProvisioningException.unavailable(
                            "SLOT_IN_USE",
                            "Slot " + slot + " on server '" + leader.serverId() + "' is still read after "
                                    + DISMISSAL_TIMEOUT.toSeconds() + " s; expected nobody to",
                            null);
                }
                pause();
            }
        });
    }

    @Override
    public Optional<CopyState> copyState(ServerAccess leader, String standbyId) {
        return sessions.call(leader, MAINTENANCE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COPYING)) {
                statement.setString(1, standbyId);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(new CopyState(row.getLong(1), row.getLong(2))) : Optional.empty();
                }
            }
        });
    }

    @Override
    public void endCopy(ServerAccess leader, String standbyId) {
        sessions.run(leader, MAINTENANCE, connection -> list(connection, END_COPY, standbyId));
    }

    @Override
    public void takeOver(ServerAccess standby, Consumer<Takeover> work) {
        sessions.run(standby, MAINTENANCE, session -> work.accept(new PostgresTakeover(standby, session)));
    }

    @Override
    public StandbyProcess open(ServerAccess server, Path directory, @Nullable ServerAccess leader) {
        return servers.open(
                server.serverId(),
                directory,
                server.address().port(),
                server.admin().user(),
                leader == null ? null : leader(leader, server.serverId()));
    }

    private PostgresLeader leader(ServerAccess leader, String standbyId) {
        return new PostgresLeader(
                leader.address().host(),
                leader.address().port(),
                leader.replication().user(),
                sealer.open(leader.replication().password()),
                slot(standbyId));
    }

    private static String slot(String standbyId) {
        return SLOT_PREFIX + standbyId;
    }

    /** Between two looks at a server. */
    static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProvisioningException.unavailable("INTERRUPTED", "The service stops", e);
        }
    }
}
