package io.godwit.replication.engine.postgresql;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a tenant's database consists of, by the server's catalog. */
final class PostgresCatalog {
    /** Selects the schemas that belong to the tenant, of {@code pg_namespace n}. */
    static final String TENANT_SCHEMAS = "n.nspname <> ALL ('{pg_catalog,information_schema,pg_toast,"
            + PostgresNames.SCHEMA + "}') AND n.nspname !~ '^pg_(toast_)?temp_'";

    /**
     * The unique index by which the server identifies rows of {@code pg_class c}, or could: the chosen one, the primary
     * key, or any that is unique for certain. A deferrable one can't be used.
     */
    static final String KEY_INDEX = """
            (SELECT i.indexrelid FROM pg_index i
             WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid
               AND i.indpred IS NULL AND i.indexprs IS NULL
               AND NOT EXISTS (SELECT FROM pg_attribute k
                               WHERE k.attrelid = c.oid AND k.attnum = ANY (i.indkey[:i.indnkeyatts - 1])
                                 AND NOT k.attnotnull)
             ORDER BY i.indisreplident DESC, i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1)""";

    /** Selects the tables, as {@code pg_class c}, whose rows a move copies and follows. */
    static final String COPIED_TABLES = "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND " + TENANT_SCHEMAS
            + " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
            + " AND d.objid = c.oid AND d.deptype = 'e')";

    private static final String TABLES = """
            WITH RECURSIVE base AS (
                SELECT t.oid, t.oid AS at, t.typtype, t.typelem, t.typbasetype, t.typnamespace, t.typname
                FROM pg_type t
                UNION ALL
                SELECT base.oid, t.oid, t.typtype, t.typelem, t.typbasetype, t.typnamespace, t.typname
                FROM base JOIN pg_type t ON t.oid = CASE WHEN base.typtype = 'd' THEN base.typbasetype
                                                         WHEN base.typelem <> 0 THEN base.typelem END),
            -- Object ids, and whatever may contain them or comes from an extension, differ from server to server.
            local_only AS (
                SELECT DISTINCT oid FROM base
                WHERE typtype NOT IN ('b', 'd', 'e') OR typname ~ '^reg'
                   OR (typtype = 'b' AND typelem = 0 AND typnamespace <> 'pg_catalog'::regnamespace)),
            wanted AS MATERIALIZED (
                SELECT c.oid, c.oid::regclass::text AS name, \
            """ + KEY_INDEX + """
                       AS key_index,
                       pg_table_size(c.oid) AS bytes,
                       pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages,
                       greatest(c.reltuples, 0)::bigint AS estimated_rows
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND \
            """ + TENANT_SCHEMAS + """
                  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                                    AND d.objid = c.oid AND d.deptype = 'e'))
            SELECT w.name, w.bytes, w.pages, w.estimated_rows,
                   (SELECT coalesce(array_agg(quote_ident(a.attname) ORDER BY a.attnum), '{}') FROM pg_attribute a
                    WHERE a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
                   (SELECT bool_and(a.atttypid NOT IN (SELECT oid FROM local_only)) FROM pg_attribute a
                    WHERE a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped) AS portable,
                   (SELECT coalesce(array_agg(quote_ident(a.attname) ORDER BY k.place), '{}')
                    FROM pg_index i, unnest(i.indkey[:i.indnkeyatts - 1]) WITH ORDINALITY k (attnum, place),
                         pg_attribute a
                    WHERE i.indexrelid = w.key_index AND a.attrelid = w.oid AND a.attnum = k.attnum) AS key_columns,
                   (SELECT coalesce(array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY k.place), '{}')
                    FROM pg_index i, unnest(i.indkey[:i.indnkeyatts - 1]) WITH ORDINALITY k (attnum, place),
                         pg_attribute a
                    WHERE i.indexrelid = w.key_index AND a.attrelid = w.oid AND a.attnum = k.attnum) AS key_types
            FROM wanted w ORDER BY w.bytes DESC, w.name""";

    private PostgresCatalog() {}

    /** The tables to copy and to compare, the largest first. */
    static List<PostgresTable> tables(PostgresSession session) throws SQLException {
        return session.list(
                TABLES,
                row -> new PostgresTable(
                        row.getString("name"),
                        texts(row, "columns"),
                        key(texts(row, "key_columns"), texts(row, "key_types")),
                        row.getBoolean("portable"),
                        row.getLong("bytes"),
                        row.getLong("pages"),
                        row.getLong("estimated_rows")));
    }

    private static List<PostgresTable.Key> key(List<String> columns, List<String> types) {
        List<PostgresTable.Key> key = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            key.add(new PostgresTable.Key(columns.get(i), types.get(i)));
        }
        return List.copyOf(key);
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    static int majorVersion(PostgresSession session) throws SQLException {
        return session.one("SHOW server_version_num", row -> row.getInt(1)) / 10_000;
    }
}
