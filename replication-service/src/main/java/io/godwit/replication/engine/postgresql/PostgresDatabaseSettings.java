package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresMoveNames;
import java.sql.SQLException;
import java.util.List;

/** Carries what belongs to the database itself and not to an object in it: settings, rights and its comment. */
final class PostgresDatabaseSettings {
    /**
     * Settings that take a list. What is stored of one is no SQL: the tenant chooses it, and it may look like statements.
     * Written as one literal it would be a list of one; so it is set here, and taken over from the session.
     */
    private static final String SETTINGS = """
            SELECT r.rolname, split_part(s.setting, '=', 1) AS name, substr(s.setting, strpos(s.setting, '=') + 1) AS value,
                   split_part(s.setting, '=', 1) = ANY ('{search_path,datestyle,DateStyle,temp_tablespaces,
                       session_preload_libraries,shared_preload_libraries,local_preload_libraries}') AS is_list
            FROM pg_db_role_setting d LEFT JOIN pg_roles r ON r.oid = d.setrole, unnest(d.setconfig) s (setting)
            WHERE d.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    private static final String GRANTS = """
            SELECT r.rolname, a.privilege_type, a.is_grantable
            FROM pg_database d, aclexplode(d.datacl) a JOIN pg_roles r ON r.oid = a.grantee
            WHERE d.datname = current_database() AND a.grantee <> d.datdba AND r.rolname <> ALL (?)
              AND r.rolname !~ '{deputies}'""".replace("{deputies}", PostgresMoveNames.DEPUTIES);

    private PostgresDatabaseSettings() {}

    static void carry(PostgresSession source, PostgresSession target, PlacedDatabase from, PlacedDatabase to)
            throws SQLException {
        String database = PostgresNames.quoted(to.databaseName());
        for (String statement : source.list(SETTINGS, row -> {
            String role = row.getString("rolname");
            String value = row.getString("value");
            String name = row.getString("name");
            String set = "ALTER " + (role == null ? "" : "ROLE " + PostgresNames.quoted(role) + " IN ") + "DATABASE "
                    + database + " SET " + PostgresNames.quoted(name);
            return row.getBoolean("is_list")
                    ? "BEGIN; SELECT set_config(" + PostgresNames.literal(name) + ", " + PostgresNames.literal(value)
                            + ", true); " + set + " FROM CURRENT; COMMIT"
                    : set + " = " + PostgresNames.literal(value);
        })) {
            target.execute(statement);
        }
        String[] godwit = {
            from.server().admin().user(), from.server().replication().user()
        };
        List<String> grants = source.list(
                GRANTS,
                row -> "GRANT " + row.getString("privilege_type") + " ON DATABASE " + database + " TO "
                        + PostgresNames.quoted(row.getString("rolname"))
                        + (row.getBoolean("is_grantable") ? " WITH GRANT OPTION" : ""),
                (Object) godwit);
        for (String grant : grants) {
            target.execute(grant);
        }
        String comment = source.one(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()",
                row -> row.getString(1) == null ? "NULL" : PostgresNames.literal(row.getString(1)));
        if (!comment.equals("NULL")) {
            target.execute("COMMENT ON DATABASE " + database + " IS " + comment);
        }
    }
}
