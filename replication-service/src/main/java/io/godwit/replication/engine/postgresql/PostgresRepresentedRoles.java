package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresTenantRoles;
import io.godwit.events.Finding;
import java.sql.SQLException;
import java.util.List;

/**
 * The roles that {@link PostgresDeputy} stands for: those of this tenant alone. One with power over the server, or with
 * something in another database, is left out, for the deputy runs code of all of them.
 */
final class PostgresRepresentedRoles {
    private static final String REPRESENTED = PostgresTenantRoles.of("current_database()");

    private static final String ROLES = "SELECT r.rolname FROM pg_roles r WHERE " + REPRESENTED;

    private static final String ROWS_OF_OTHERS = "SELECT c.oid::regclass || ', owned by ' || r.rolname FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner"
            + " WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND " + PostgresCatalog.TENANT_SCHEMAS
            + " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
            + " AND d.objid = c.oid AND d.deptype = 'e') AND NOT (" + REPRESENTED + ") ORDER BY 1";

    private static final String OWNERS =
            "SELECT DISTINCT r.rolname FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid"
                    + " WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o'"
                    + " AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
                    + " AND s.classid = 'pg_class'::regclass AND " + REPRESENTED;

    private PostgresRepresentedRoles() {}

    static List<String> among(PostgresSession session, List<String> roles) throws SQLException {
        return session.list(
                ROLES + " AND r.rolname = ANY (?)", row -> row.getString(1), (Object) roles.toArray(String[]::new));
    }

    static List<String> all(PostgresSession session) throws SQLException {
        return session.list(ROLES, row -> row.getString(1));
    }

    /** Tables that can't be moved without lending their owner's power to the tenant. */
    static List<Finding> check(PostgresSession source) throws SQLException {
        return source.list(
                ROWS_OF_OTHERS,
                row -> new Finding(
                        Finding.Severity.BLOCKER,
                        "OWNER_NOT_THE_TENANTS",
                        row.getString(1),
                        "the owner is a superuser, has power over the server or has something in other databases, so rows"
                                + " can't be copied in its name without lending that to the tenant's functions",
                        "ALTER TABLE … OWNER TO the database's owner, or to a role of this database alone"));
    }

    /** Roles of the tenant's that are something else on the other server. */
    static List<Finding> check(PostgresSession source, PostgresSession target, PlacedDatabase database)
            throws SQLException {
        List<String> owners = source.list(OWNERS, row -> row.getString(1));
        String[] others = owners.stream()
                .filter(role -> !role.equals(database.owner().user()))
                .toArray(String[]::new);
        return target.list(
                "SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY (?) AND NOT (" + REPRESENTED + ")",
                row -> new Finding(
                        Finding.Severity.BLOCKER,
                        "ROLE_POWERFUL_ON_TARGET",
                        row.getString(1),
                        "the role owns tables here, and on the target server a role of this name is a superuser, has power"
                                + " over the server or has something in other databases",
                        "rename one of the two"),
                (Object) others);
    }
}
