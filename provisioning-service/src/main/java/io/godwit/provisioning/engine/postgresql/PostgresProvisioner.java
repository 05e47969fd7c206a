package io.godwit.provisioning.engine.postgresql;

import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.identifier;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.MAINTENANCE;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.execute;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.Tier;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.Provisioner;
import io.godwit.provisioning.engine.ProvisioningException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Sets up PostgreSQL servers and the databases on them. */
@Component
class PostgresProvisioner implements Provisioner {
    private static final String SERVERS_OWN_ROLES = "pg_";
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SIZE_TIMEOUT = Duration.ofSeconds(2);
    private static final String IDENTITY = "SELECT system_identifier || ' since '"
            + " || extract(epoch FROM pg_postmaster_start_time()) FROM pg_control_system()";

    private final PostgresSessions sessions;
    private final PostgresRoles roles;
    private final PostgresAdoption adoption;
    private final PostgresMoveRemains remains;
    private final int sharedLimit;

    PostgresProvisioner(
            PostgresSessions sessions,
            PostgresRoles roles,
            PostgresAdoption adoption,
            PostgresMoveRemains remains,
            PostgresProperties properties) {
        this.sessions = sessions;
        this.roles = roles;
        this.adoption = adoption;
        this.remains = remains;
        this.sharedLimit = properties.maxConnectionsPerSharedDatabase();
    }

    @Override
    public EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public String inspect(ServerAccess server) {
        return sessions.call(server, MAINTENANCE, connection -> PostgresInspection.inspect(server, connection));
    }

    /** The system identifier is part of the data, so a standby and whatever was made of a copy have it, too. */
    @Override
    public String identity(ServerAccess server) {
        return sessions.call(server, MAINTENANCE, PROBE_TIMEOUT, PostgresProvisioner::identity);
    }

    private static String identity(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(IDENTITY)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public boolean answers(ServerAccess server) {
        try {
            return sessions.call(server, MAINTENANCE, PROBE_TIMEOUT, connection -> {
                execute(connection, "SELECT 1");
                return true;
            });
        } catch (ProvisioningException e) {
            return false;
        }
    }

    @Override
    public void setUpServer(ServerAccess server, boolean exclusive) {
        sessions.runInTransaction(server, MAINTENANCE, connection -> {
            roles.ensureReplication(connection, server.replication());
            if (exclusive) {
                // Tenants have nothing to do in these; by default everybody may connect.
                execute(
                        connection,
                        "REVOKE ALL ON DATABASE postgres FROM PUBLIC",
                        "REVOKE ALL ON DATABASE template1 FROM PUBLIC");
            }
        });
    }

    @Override
    public void leaveServer(ServerAccess server) {
        sessions.run(
                server,
                MAINTENANCE,
                connection ->
                        roles.dropReplication(connection, server.replication().user()));
    }

    @Override
    public void requireNameAllowed(DatabaseId id) {
        if (id.clientName().startsWith(SERVERS_OWN_ROLES)) {
            throw ProvisioningException.refused(
                    "INVALID_NAME",
                    "database name '" + id.name() + "' is invalid: its user would be " + id.clientName()
                            + ", and PostgreSQL keeps names that begin with " + SERVERS_OWN_ROLES
                            + " for itself; expected another name");
        }
    }

    @Override
    public DatabaseOptions optionsOf(PlacedDatabase database) {
        return sessions.call(
                database.server(),
                MAINTENANCE,
                connection -> PostgresDatabaseOptions.read(connection, database.databaseName()));
    }

    @Override
    public void create(DatabaseId id, PlacedDatabase database, DatabaseOptions options, Tier tier) {
        String name = identifier(database.databaseName());
        String owner = identifier(database.owner().user());
        sessions.runInTransaction(
                database.server(),
                MAINTENANCE,
                connection -> roles.ensure(connection, database.owner(), id.toString(), connectionLimit(tier)));
        sessions.run(database.server(), MAINTENANCE, connection -> {
            Optional<String> existingOwner = ownerOf(connection, database.databaseName());
            if (existingOwner.isEmpty()) {
                execute(
                        connection,
                        "CREATE DATABASE " + name + " OWNER " + owner
                                + PostgresDatabaseOptions.toSql(connection, options));
            } else if (!existingOwner.get().equals(database.owner().user())) {
                throw ProvisioningException.conflict(
                        "DATABASE_NAME_TAKEN",
                        "Database " + database.databaseName() + " exists on server "
                                + database.server().serverId() + " and belongs to '" + existingOwner.get()
                                + "'; expected the name to be free");
            }
            PostgresAdoption.closeToOthers(connection, database);
        });
    }

    @Override
    public void adopt(DatabaseId id, PlacedDatabase database) {
        adoption.adopt(id, database);
    }

    @Override
    public void drop(DatabaseId id, PlacedDatabase database) {
        String owner = database.owner().user();
        // Somebody else's database may have taken the name; only what our role owns is ours.
        boolean exists = sessions.call(
                database.server(),
                MAINTENANCE,
                connection -> roles.isOurs(connection, owner, id.toString())
                        && ownerOf(connection, database.databaseName())
                                .filter(owner::equals)
                                .isPresent());
        if (exists) {
            remains.endSubscriptions(database);
        }
        sessions.run(database.server(), MAINTENANCE, connection -> {
            if (exists) {
                execute(connection, "DROP DATABASE IF EXISTS " + identifier(database.databaseName()) + " WITH (FORCE)");
            }
            if (roles.isOurs(connection, owner, id.toString())) {
                PostgresMoveRemains.dropDeputies(connection, owner);
                roles.drop(connection, owner, id.toString());
            }
        });
    }

    @Override
    public Map<String, Long> sizes(ServerAccess server, Collection<String> databases) {
        return sessions.call(server, MAINTENANCE, SIZE_TIMEOUT, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT datname, pg_database_size(oid) FROM pg_database WHERE datname = ANY (?)")) {
                statement.setArray(1, connection.createArrayOf("text", databases.toArray()));
                Map<String, Long> sizes = new HashMap<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        sizes.put(row.getString(1), row.getLong(2));
                    }
                }
                return sizes;
            }
        });
    }

    static Optional<String> ownerOf(Connection connection, String database) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = ?")) {
            statement.setString(1, database);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private String connectionLimit(Tier tier) {
        return switch (tier) {
            case SHARED -> "CONNECTION LIMIT " + sharedLimit;
            case DEDICATED -> "CONNECTION LIMIT -1";
        };
    }
}
