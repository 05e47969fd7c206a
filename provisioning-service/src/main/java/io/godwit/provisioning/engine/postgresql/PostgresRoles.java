package io.godwit.provisioning.engine.postgresql;

import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.identifier;
import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.literal;
import static io.godwit.provisioning.engine.postgresql.PostgresSessions.execute;

import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.provisioning.engine.ProvisioningException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The roles that Godwit makes. Each has a comment that says so and for what: nothing without that comment is changed or
 * dropped, whatever its name is.
 */
@Component
class PostgresRoles {
    private static final String WITHOUT_RIGHTS = " NOSUPERUSER NOCREATEDB NOCREATEROLE";

    private static final String REPLICATION = "REPLICATION";
    private static final String REPLICATION_PURPOSE = "replication";

    private final SecretSealer sealer;

    PostgresRoles(SecretSealer sealer) {
        this.sealer = sealer;
    }

    /** @param attributes further attributes, such as {@code CONNECTION LIMIT 10} */
    void ensure(Connection connection, Login login, String purpose, String attributes) throws SQLException {
        String role = identifier(login.user());
        Optional<String> existing = purposeOf(connection, login.user());
        if (existing.isEmpty()) {
            // The password goes as a verifier: statements may end up in the server's log.
            execute(connection, "CREATE ROLE " + role + options(login, attributes));
            execute(connection, "COMMENT ON ROLE " + role + " IS " + literal(comment(purpose)));
        } else if (existing.get().equals(comment(purpose))) {
            execute(connection, "ALTER ROLE " + role + options(login, attributes));
        } else {
            throw ProvisioningException.conflict(
                    "ROLE_NAME_TAKEN",
                    "Role " + login.user() + " exists on the server and was not made by Godwit for " + purpose
                            + "; expected the name to be free");
        }
    }

    /** The login of this name is Godwit's on every server; another installation may have made it before. */
    void ensureReplication(Connection connection, Login login) throws SQLException {
        if (purposeOf(connection, login.user()).isPresent()) {
            execute(connection, "ALTER ROLE " + identifier(login.user()) + options(login, REPLICATION));
        } else {
            ensure(connection, login, REPLICATION_PURPOSE, REPLICATION);
        }
    }

    void dropReplication(Connection connection, String user) throws SQLException {
        drop(connection, user, REPLICATION_PURPOSE);
    }

    void drop(Connection connection, String user, String purpose) throws SQLException {
        if (isOurs(connection, user, purpose)) {
            execute(connection, "DROP ROLE IF EXISTS " + identifier(user));
        }
    }

    boolean isOurs(Connection connection, String user, String purpose) throws SQLException {
        return purposeOf(connection, user).filter(comment(purpose)::equals).isPresent();
    }

    /** @return the comment of a role, empty text if it has none; nothing if there is no such role */
    private static Optional<String> purposeOf(Connection connection, String user) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = ?")) {
            statement.setString(1, user);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private String options(Login login, String attributes) {
        return " LOGIN" + WITHOUT_RIGHTS + " " + attributes + " PASSWORD "
                + literal(PostgresScramVerifier.of(sealer.open(login.password())));
    }

    private static String comment(String purpose) {
        return "Made by Godwit for " + purpose;
    }
}
