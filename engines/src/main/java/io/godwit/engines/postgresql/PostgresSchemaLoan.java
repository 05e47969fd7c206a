package io.godwit.engines.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The right to create in every schema, for the time of a restore, of a role and the roles it is a member of. A role may own
 * what it could not make where it is, and only a superuser can hand it over then.
 */
public final class PostgresSchemaLoan implements AutoCloseable {
    private static final String LACKING = """
            SELECT format('CREATE ON SCHEMA %I ', n.nspname) AS what, quote_ident(r.rolname) AS who
            FROM pg_namespace n, pg_roles r
            WHERE pg_has_role(?::name, r.oid, 'MEMBER') AND NOT has_schema_privilege(r.oid, n.oid, 'CREATE')
              AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'""";

    private final Connection admin;
    private final List<Right> lent;

    private PostgresSchemaLoan(Connection admin, List<Right> lent) {
        this.admin = admin;
        this.lent = lent;
    }

    /** @param admin a session in the database, in auto-commit mode, that stays open until the loan is closed */
    public static PostgresSchemaLoan to(String role, Connection admin) throws SQLException {
        List<Right> lacking = new ArrayList<>();
        try (PreparedStatement statement = admin.prepareStatement(LACKING)) {
            statement.setString(1, role);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    lacking.add(new Right(rows.getString("what"), rows.getString("who")));
                }
            }
        }
        PostgresSchemaLoan loan = new PostgresSchemaLoan(admin, lacking);
        loan.forEach("GRANT ", "TO ");
        return loan;
    }

    @Override
    public void close() throws SQLException {
        forEach("REVOKE ", "FROM ");
    }

    private void forEach(String verb, String preposition) throws SQLException {
        if (lent.isEmpty()) {
            return;
        }
        try (Statement statement = admin.createStatement()) {
            statement.execute(lent.stream()
                    .map(right -> verb + right.what() + preposition + right.who())
                    .collect(Collectors.joining("; ", "BEGIN; ", "; COMMIT")));
        }
    }

    /** @param who quoted */
    private record Right(String what, String who) {}
}
