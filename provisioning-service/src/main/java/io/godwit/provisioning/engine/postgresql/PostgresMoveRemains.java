package io.godwit.provisioning.engine.postgresql;

import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.identifier;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.MAINTENANCE;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.execute;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.list;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresMoveNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * What a move that ended while its server was away could not remove there, and what does not go with the database: a
 * subscription, which even keeps the database from being dropped, and the tenant's deputy.
 */
@Component
class PostgresMoveRemains {
    private static final String SUBSCRIPTIONS = """
            SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
            WHERE d.datname = ? AND starts_with(s.subname, ?)""";

    private static final String DEPUTIES = """
            SELECT m.rolname FROM pg_auth_members
            JOIN pg_roles o ON o.oid = roleid JOIN pg_roles m ON m.oid = member
            WHERE o.rolname = ? AND m.rolname ~ ?""";

    private final PostgresSessions sessions;

    PostgresMoveRemains(PostgresSessions sessions) {
        this.sessions = sessions;
    }

    /** The server at the other end is left alone: its slot is not this one's to remove. */
    void endSubscriptions(PlacedDatabase database) {
        List<String> subscriptions = sessions.call(
                database.server(),
                MAINTENANCE,
                connection -> list(connection, SUBSCRIPTIONS, database.databaseName(), PostgresMoveNames.PREFIX));
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
        for (String deputy : list(connection, DEPUTIES, owner, PostgresMoveNames.DEPUTIES)) {
            execute(connection, "DROP ROLE IF EXISTS " + identifier(deputy));
        }
    }
}
