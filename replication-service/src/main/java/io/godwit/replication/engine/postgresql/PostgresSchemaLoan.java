package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The right to create in every schema, for the time of a restore, of the deputy and the roles it stands for. A role may
 * own what it could not make where it is, and only a superuser can hand it over then.
 */
final class PostgresSchemaLoan implements AutoCloseable {
    private static final String LACKING = """
            SELECT format('CREATE ON SCHEMA %I ', n.nspname) AS what, quote_ident(r.rolname) AS who
            FROM pg_namespace n, pg_roles r
            WHERE pg_has_role(?::name, r.oid, 'MEMBER') AND NOT has_schema_privilege(r.oid, n.oid, 'CREATE') AND \
            """ + PostgresCatalog.TENANT_SCHEMAS;

    private final PostgresSession admin;
    private final List<Right> lent;

    private PostgresSchemaLoan(PostgresSession admin, List<Right> lent) {
        this.admin = admin;
        this.lent = lent;
    }

    static PostgresSchemaLoan toDeputy(PostgresSession admin, String migrationId, PlacedDatabase database)
            throws SQLException {
        List<Right> lacking = admin.list(
                LACKING,
                row -> new Right(row.getString("what"), row.getString("who")),
                PostgresNames.deputy(migrationId, database.server()));
        PostgresSchemaLoan loan = new PostgresSchemaLoan(admin, lacking);
        loan.forEach("GRANT ", "TO ");
        return loan;
    }

    @Override
    public void close() throws SQLException {
        forEach("REVOKE ", "FROM ");
    }

    private void forEach(String verb, String preposition) throws SQLException {
        if (!lent.isEmpty()) {
            admin.execute(lent.stream()
                    .map(right -> verb + right.what() + preposition + right.who())
                    .collect(Collectors.joining("; ", "BEGIN; ", "; COMMIT")));
        }
    }

    /** @param who quoted */
    private record Right(String what, String who) {}
}
