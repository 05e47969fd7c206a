package io.godwit.provisioning.engine.postgresql;

import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.identifier;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.execute;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.provisioning.engine.ProvisioningException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/**
 * Gives an existing database to a role that only Godwit knows. The former owner becomes a member of that role, so that
 * who still connects as it loses nothing until a move fences the database.
 */
@Component
class PostgresAdoption {
    private static final String FACTS = """
            SELECT r.rolname, r.rolsuper, d.datistemplate OR d.datname = 'postgres',
                   (SELECT count(*) FROM pg_database o WHERE o.datdba = d.datdba)
                       + (SELECT count(*) FROM pg_tablespace t WHERE t.spcowner = d.datdba)
            FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = ?""";

    private final PostgresSessions sessions;
    private final PostgresRoles roles;

    PostgresAdoption(PostgresSessions sessions, PostgresRoles roles) {
        this.sessions = sessions;
        this.roles = roles;
    }

    void adopt(DatabaseId id, PlacedDatabase database) {
        sessions.run(database.server(), PostgresSessions.MAINTENANCE, connection -> formerOwner(connection, database));
        sessions.runInTransaction(database.server(), database.databaseName(), connection -> {
            String former = formerOwner(connection, database);
            String owner = database.owner().user();
            roles.ensure(connection, database.owner(), id.toString(), "");
            // It is the owner already where an earlier adoption got so far.
            if (!former.equals(owner)) {
                execute(
                        connection,
                        "REASSIGN OWNED BY " + identifier(former) + " TO " + identifier(owner),
                        "ALTER DATABASE " + identifier(database.databaseName()) + " OWNER TO " + identifier(owner),
                        "GRANT " + identifier(owner) + " TO " + identifier(former));
            }
            closeToOthers(connection, database);
        });
    }

    /** Lets only the owner, who has all rights by itself, and the replication login connect. */
    static void closeToOthers(Connection connection, PlacedDatabase database) throws SQLException {
        String name = identifier(database.databaseName());
        execute(
                connection,
                "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + name + " TO "
                        + identifier(database.server().replication().user()));
    }

    private static String formerOwner(Connection connection, PlacedDatabase database) throws SQLException {
        String name = database.databaseName();
        try (PreparedStatement statement = connection.prepareStatement(FACTS)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw ProvisioningException.refused(
                            "DATABASE_MISSING_ON_SERVER",
                            "Database '" + name + "' does not exist on server "
                                    + database.server().serverId());
                }
                String owner = row.getString(1);
                if (row.getBoolean(3)) {
                    throw ProvisioningException.refused(
                            "DATABASE_NOT_ADOPTABLE", "Database '" + name + "' belongs to the server itself");
                }
                if (row.getBoolean(2)) {
                    throw ProvisioningException.refused(
                            "OWNER_IS_SUPERUSER",
                            "Database '" + name + "' is owned by superuser '" + owner
                                    + "'; expected an ordinary role (ALTER DATABASE … OWNER TO, and its objects)");
                }
                if (row.getLong(4) > 1) {
                    throw ProvisioningException.refused(
                            "OWNER_OWNS_MORE",
                            "Role '" + owner + "' owns other databases or tablespaces besides '" + name
                                    + "'; expected an owner of its own for each");
                }
                return owner;
            }
        }
    }
}
