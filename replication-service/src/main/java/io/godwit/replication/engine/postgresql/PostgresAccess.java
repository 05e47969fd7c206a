package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may log in to a database, as it was before the fence, and the statements that take it away and give it back.
 *
 * @param connect who has the right to connect
 * @param logins the roles that could log in and exist for this database alone; others lose only the right to connect here
 * @param replicationAdmitted whether the streams' role has the right to connect for itself, and not as one of everybody
 */
record PostgresAccess(List<Grant> connect, List<String> logins, boolean replicationAdmitted) {
    private static final String PUBLIC = "";

    private static final String ACCESS = """
            SELECT coalesce(r.rolname, '') AS grantee, bool_or(a.is_grantable) AS grantable,
                   EXISTS (SELECT FROM pg_roles o WHERE o.rolname = ? AND o.rolcanlogin) AS owner_login,
                   coalesce(bool_or(r.rolcanlogin AND NOT r.rolsuper
                     AND NOT EXISTS (
                       SELECT FROM pg_database o, aclexplode(o.datacl) x
                       WHERE o.oid <> d.oid AND x.grantee = r.oid AND x.privilege_type = 'CONNECT')
                     AND NOT EXISTS (
                       SELECT FROM pg_database o
                       WHERE o.oid <> d.oid AND (o.datdba = r.oid OR has_database_privilege(r.oid, o.oid, 'CONNECT')
                         AND o.datallowconn AND NOT o.datistemplate AND o.datname <> 'postgres'))), false)
                   AS own_login
            FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                 LEFT JOIN pg_roles r ON r.oid = a.grantee
            WHERE d.datname = current_database() AND a.privilege_type = 'CONNECT'
            GROUP BY 1""";

    static PostgresAccess read(PostgresSession session, String migrationId, PlacedDatabase database)
            throws SQLException {
        List<String> godwit =
                List.of(database.server().admin().user(), PostgresNames.deputy(migrationId, database.server()));
        String owner = database.owner().user();
        List<Grant> grants = new ArrayList<>();
        List<String> logins = new ArrayList<>();
        boolean replicationAdmitted = false;
        boolean ownerLogin = false;
        for (Row row : session.list(
                ACCESS,
                row -> new Row(
                        row.getString("grantee"),
                        row.getBoolean("grantable"),
                        row.getBoolean("own_login"),
                        row.getBoolean("owner_login")),
                owner)) {
            ownerLogin = row.ownerLogin();
            if (row.grantee().equals(database.server().replication().user())) {
                replicationAdmitted = true;
            } else if (!godwit.contains(row.grantee())) {
                grants.add(new Grant(row.grantee(), row.grantable()));
                if (row.ownLogin() && !row.grantee().equals(owner)) {
                    logins.add(row.grantee());
                }
            }
        }
        if (ownerLogin) {
            logins.add(owner);
        }
        return new PostgresAccess(grants, logins, replicationAdmitted);
    }

    /** Leaves out the roles that have been dropped since. */
    PostgresAccess ofExistingRoles(PostgresSession session) throws SQLException {
        List<String> roles = session.list("SELECT rolname FROM pg_roles", row -> row.getString(1));
        return new PostgresAccess(
                connect.stream()
                        .filter(grant -> grant.grantee().equals(PUBLIC) || roles.contains(grant.grantee()))
                        .toList(),
                logins.stream().filter(roles::contains).toList(),
                replicationAdmitted);
    }

    String withdrawSql(PlacedDatabase database) {
        StringBuilder sql = new StringBuilder("BEGIN; ");
        logins.forEach(role ->
                sql.append("ALTER ROLE ").append(PostgresNames.quoted(role)).append(" NOLOGIN; "));
        if (!replicationAdmitted) {
            sql.append("GRANT ")
                    .append(connectOf(database))
                    .append(" TO ")
                    .append(replicationOf(database))
                    .append("; ");
        }
        connect.forEach(grant -> sql.append("REVOKE ")
                .append(connectOf(database))
                .append(" FROM ")
                .append(grant.to())
                .append(" CASCADE; "));
        return sql.append("COMMIT").toString();
    }

    String restoreSql(PlacedDatabase database) {
        StringBuilder sql = new StringBuilder("BEGIN; ");
        logins.forEach(role ->
                sql.append("ALTER ROLE ").append(PostgresNames.quoted(role)).append(" LOGIN; "));
        connect.forEach(grant -> sql.append("GRANT ")
                .append(connectOf(database))
                .append(" TO ")
                .append(grant.to())
                .append(grant.grantable() ? " WITH GRANT OPTION; " : "; "));
        if (!replicationAdmitted) {
            sql.append("REVOKE ")
                    .append(connectOf(database))
                    .append(" FROM ")
                    .append(replicationOf(database))
                    .append("; ");
        }
        return sql.append("COMMIT").toString();
    }

    private static String connectOf(PlacedDatabase database) {
        return "CONNECT ON DATABASE " + PostgresNames.quoted(database.databaseName());
    }

    private static String replicationOf(PlacedDatabase database) {
        return PostgresNames.quoted(database.server().replication().user());
    }

    private record Row(String grantee, boolean grantable, boolean ownLogin, boolean ownerLogin) {}

    /** @param grantee empty for everybody */
    record Grant(String grantee, boolean grantable) {
        String to() {
            return grantee.equals(PUBLIC) ? "PUBLIC" : PostgresNames.quoted(grantee);
        }
    }
}
