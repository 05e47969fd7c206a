package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one query that asks a server for all that a session has there. Every name is qualified, so that the session's
 * search path has no influence. Columns: kind, name, text, parameter OIDs, parameter types.
 */
final class PostgresCaptureQuery {
    private static final String FIXED = """
            WITH locks AS MATERIALIZED (
                SELECT l.classid, l.objid, l.objsubid, l.mode, l.pid, l.granted
                  FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
                 WHERE l.locktype = 'advisory' AND d.datname = pg_catalog.current_database())
            SELECT 'setting', name::text, setting::text, '', ''
              FROM pg_catalog.pg_settings
             WHERE source = 'session'
               AND name NOT IN ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable')
            UNION ALL
            SELECT CASE WHEN from_sql THEN 'sql' ELSE 'parsed' END, name::text, statement::text,
                   pg_catalog.array_to_string(parameter_types::pg_catalog.oid[], ','),
                   pg_catalog.array_to_string(parameter_types::pg_catalog.text[], ', ')
              FROM pg_catalog.pg_prepared_statements
             WHERE name NOT IN ('godwit', %s)
            UNION ALL
            SELECT 'listen', channel::text, '', '', '' FROM pg_catalog.pg_listening_channels() AS channel
            UNION ALL
            SELECT 'role', '', pg_catalog.current_setting('role'), '', ''
             WHERE pg_catalog.current_setting('role') <> 'none'
            UNION ALL
            SELECT 'pinned', 'cursor WITH HOLD', '', '', ''
             WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_cursors WHERE is_holdable)
            UNION ALL
            SELECT 'temporary', '', '', '', ''
             WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_depend
                            WHERE refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                              AND refobjid = pg_catalog.pg_my_temp_schema())
            UNION ALL
            SELECT 'lock', mode, classid::text, objid::text, objsubid::text
              FROM locks WHERE pid = pg_catalog.pg_backend_pid() AND granted
            UNION ALL
            SELECT 'pinned', 'advisory lock that another session waits for', '', '', ''
             WHERE EXISTS (SELECT 1 FROM locks AS mine JOIN locks AS other USING (classid, objid, objsubid)
                            WHERE mine.pid = pg_catalog.pg_backend_pid() AND mine.granted AND NOT other.granted)
            """.formatted(PostgresKeptStatement.NAMES);

    private PostgresCaptureQuery() {}

    /**
     * @param loginUser the user the session logged in as
     * @param customSettings names of custom parameters the session may have set; the catalogs do not list them
     */
    static byte[] sql(String loginUser, Set<String> customSettings) {
        StringBuilder sql = new StringBuilder(FIXED)
                .append("UNION ALL SELECT 'authorization', '', session_user::text, '', '' WHERE session_user <> ")
                .append(literal(loginUser));
        if (!customSettings.isEmpty()) {
            sql.append(" UNION ALL SELECT 'setting', n, pg_catalog.current_setting(n, true), '', ''"
                            + " FROM pg_catalog.unnest(ARRAY[")
                    .append(customSettings.stream()
                            .map(PostgresCaptureQuery::literal)
                            .collect(Collectors.joining(",")))
                    .append("]) AS n WHERE pg_catalog.current_setting(n, true) IS NOT NULL");
        }
        return sql.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
