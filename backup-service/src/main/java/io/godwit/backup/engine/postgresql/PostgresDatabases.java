package io.godwit.backup.engine.postgresql;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.core.Utils;

/** Makes and removes databases beside a tenant's, over an administrator's connection in auto-commit mode. */
final class PostgresDatabases {
    /** Columns that only some server versions have are read from the row's JSON form. */
    private static final String CREATE_OPTIONS = """
            SELECT format('ENCODING %L LC_COLLATE %L LC_CTYPE %L TABLESPACE %I CONNECTION LIMIT %s',
                          pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, t.spcname, d.datconnlimit)
                   || CASE to_jsonb(d) ->> 'datlocprovider'
                          WHEN 'c' THEN ' LOCALE_PROVIDER libc'
                          WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                                               coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
                          WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d) ->> 'datlocale')
                          ELSE ''
                      END
            FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace
            WHERE d.datname = ?
            """;

    /**
     * What is stored of a setting that takes a list is no SQL: the tenant chooses it, and it may look like statements.
     * Written as one literal it would be a list of one; so it is set here, and taken over from the session.
     */
    private static final String SETTINGS = """
            SELECT CASE WHEN v.name IN ('search_path', 'temp_tablespaces', 'session_preload_libraries',
                                        'local_preload_libraries')
                       THEN format('BEGIN; SELECT set_config(%L, %L, true); %s FROM CURRENT; COMMIT', v.name, v.value, a.set)
                       ELSE format('%s = %L', a.set, v.value) END
            FROM pg_database d JOIN pg_db_role_setting s ON s.setdatabase = d.oid,
                 unnest(s.setconfig) setting,
                 LATERAL (SELECT split_part(setting, '=', 1) AS name,
                                 substr(setting, strpos(setting, '=') + 1) AS value) v,
                 (SELECT ?::text AS name) new,
                 LATERAL (SELECT CASE s.setrole
                                     WHEN 0 THEN format('ALTER DATABASE %I SET %I', new.name, v.name)
                                     ELSE format('ALTER ROLE %I IN DATABASE %I SET %I',
                                                 pg_get_userbyid(s.setrole), new.name, v.name)
                                 END AS set) a
            WHERE d.datname = ?
            """;

    private static final String GRANTS_AND_COMMENT = """
            SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, new.name,
                          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                          CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a,
                 (SELECT ?::text AS name) new
            WHERE d.datname = ?
            UNION ALL
            SELECT format('COMMENT ON DATABASE %I IS %L', new.name, shobj_description(d.oid, 'pg_database'))
            FROM pg_database d, (SELECT ?::text AS name) new
            WHERE d.datname = ? AND shobj_description(d.oid, 'pg_database') IS NOT NULL
            """;

    private static final String CHANGE_STREAMS = """
            SELECT slot_name FROM pg_replication_slots WHERE database = ?
            UNION ALL
            SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = ?
            """;

    private final Connection admin;

    PostgresDatabases(Connection admin) {
        this.admin = admin;
    }

    boolean exists(String database) throws SQLException {
        return !column("SELECT datname FROM pg_database WHERE datname = ?", database)
                .isEmpty();
    }

    /** Makes an empty database that only superusers enter; with the defaults if there is none to be like. */
    void createLike(String model, String database, String owner) throws SQLException {
        String options = column(CREATE_OPTIONS, model).stream().findFirst().orElse("");
        execute("CREATE DATABASE " + quoted(database) + " TEMPLATE template0 OWNER " + quoted(owner) + " " + options);
        execute("REVOKE ALL ON DATABASE " + quoted(database) + " FROM PUBLIC");
        execute("REVOKE CONNECT ON DATABASE " + quoted(database) + " FROM " + quoted(owner));
    }

    /** Gives a database the settings, grants and comment of another one; of a tenant's database if there is none. */
    void copyProperties(String model, String database, String owner) throws SQLException {
        if (!exists(model)) {
            execute("GRANT CONNECT ON DATABASE " + quoted(database) + " TO " + quoted(owner));
            return;
        }
        for (String statement : column(SETTINGS, database, model)) {
            execute(statement);
        }
        for (String statement : column(GRANTS_AND_COMMENT, database, model, database, model)) {
            execute(statement);
        }
    }

    void drop(String database) throws SQLException {
        execute("DROP DATABASE IF EXISTS " + quoted(database) + " WITH (FORCE)");
    }

    /** Roles that have nothing any more. */
    void dropRoles(String prefix) throws SQLException {
        for (String role : column("SELECT rolname FROM pg_roles WHERE starts_with(rolname, ?)", prefix)) {
            execute("DROP ROLE " + quoted(role));
        }
    }

    /** @throws OperationFailedException with {@code DATABASE_BUSY} if a change stream leaves or enters the database */
    void requireNoReplication(String database) throws SQLException {
        List<String> streams = column(CHANGE_STREAMS, database, database);
        if (!streams.isEmpty()) {
            throw new OperationFailedException(
                    "DATABASE_BUSY",
                    "database " + database + " can't be replaced while the change streams " + streams + " use it;"
                            + " complete or roll back its migration first",
                    Failure.Kind.CONFLICT);
        }
    }

    void execute(String statement) throws SQLException {
        try (Statement execution = admin.createStatement()) {
            execution.execute(statement);
        }
    }

    List<String> column(String query, String... parameters) throws SQLException {
        List<String> values = new ArrayList<>();
        try (PreparedStatement statement = admin.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
        }
        return values;
    }

    static String quoted(String identifier) throws SQLException {
        StringBuilder quoted = new StringBuilder();
        Utils.escapeIdentifier(quoted, identifier);
        return quoted.toString();
    }
}
