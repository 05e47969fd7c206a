package io.godwit.provisioning.engine.postgresql;

import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.identifier;
import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.literal;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.MAINTENANCE;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.execute;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresMoveNames;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * What a move that ended while its server was away could not remove there, and what does not go with the database: a
 * subscription, which even keeps the database from being dropped, and the tenant's deputy.
 */
@Component
class PostgresMoveRemains {
    private final PostgresSessions sessions;

    PostgresMoveRemains(PostgresSessions sessions) {
        this.sessions = sessions;
    }

    /** The server at the other end is left alone: its slot is not this one's to remove. */
    void endSubscriptions(PlacedDatabase database) {
        List<String> subscriptions = sessions.call(
                database.server(),
                MAINTENANCE,
                connection -> names(
                        connection,
                        "SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = "
                                + literal(database.databaseName()) + " AND starts_with(s.subname, "
                                + literal(PostgresMoveNames.PREFIX) + ")"));
        if (subscriptions.isEmpty()) {
            return;
        }
        sessions.runInTransaction(database.server(), database.databaseName(), connection -> {
            for (String name : subscriptions) {
                String subscription = identifier(name);
                execute(
                        connection,
                        "ALTER SUBSCRIPTION " + subscription + " DISABLE",
                        "ALTER SUBSCRIPTION " + subscription + " SET (slot_name = NONE)",
                        "DROP SUBSCRIPTION " + subscription);
            }
        });
    }

    /** Those who stood for the owner of a database that is not there any more. */
    static void dropDeputies(Connection connection, String owner) throws SQLException {
        List<String> deputies = names(
                connection,
                "SELECT m.rolname FROM pg_auth_members JOIN pg_roles o ON o.oid = roleid JOIN pg_roles m ON m.oid = member"
                        + " WHERE o.rolname = " + literal(owner) + " AND m.rolname ~ "
                        + literal(PostgresMoveNames.DEPUTIES));
        for (String deputy : deputies) {
            execute(connection, "DROP ROLE IF EXISTS " + identifier(deputy));
        }
    }

    private static List<String> names(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> names = new ArrayList<>();
            while (row.next()) {
                names.add(row.getString(1));
            }
            return names;
        }
    }
}
