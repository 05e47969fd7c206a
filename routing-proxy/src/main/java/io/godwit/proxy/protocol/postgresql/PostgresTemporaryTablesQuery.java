package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;

/**
 * Asks a server how to make a session's temporary tables and sequences again. Names and expressions come as they are
 * understood with the session's search path, and are to be run with the same. Columns: place, kind, name, SQL, columns.
 */
final class PostgresTemporaryTablesQuery {
    /** On disk, where content of the most that is carried takes more room than as text. */
    private static final int MOST_BYTES_ON_DISK = 2 * PostgresTemporaryTables.MOST_BYTES;

    private static final String SQL = """
            WITH mine AS MATERIALIZED (
                SELECT c.*
                  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid
                 WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                   AND d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                   AND d.refobjid = pg_catalog.pg_my_temp_schema() AND c.relkind IN ('r', 'S')),
            sequences AS MATERIALIZED (
                SELECT mine.oid, mine.relname, d.refobjid AS owner, d.refobjsubid AS attnum,
                       coalesce(d.deptype = 'i', false) AS identity,
                       pg_catalog.format_type(s.seqtypid, NULL) AS type,
                       ' INCREMENT BY ' || s.seqincrement || ' MINVALUE ' || s.seqmin || ' MAXVALUE ' || s.seqmax
                       || ' START WITH ' || s.seqstart || ' CACHE ' || s.seqcache
                       || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END AS options
                  FROM mine JOIN pg_catalog.pg_sequence s ON s.seqrelid = mine.oid
                  LEFT JOIN pg_catalog.pg_depend d
                         ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = mine.oid
                        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
                        AND d.deptype IN ('a', 'i')),
            attributes AS MATERIALIZED (
                SELECT a.attrelid, a.attnum, a.attname, a.attacl, a.attgenerated = '' AS copied,
                       pg_catalog.quote_ident(a.attname) AS name,
                       pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
                       || coalesce((SELECT ' COLLATE ' || pg_catalog.quote_ident(n.nspname) || '.'
                                           || pg_catalog.quote_ident(c.collname)
                                      FROM pg_catalog.pg_collation c
                                      JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
                                      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                                     WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation), '')
                       || coalesce((SELECT CASE a.attgenerated
                                               WHEN '' THEN ' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                                               ELSE ' GENERATED ALWAYS AS ('
                                                    || pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                                                    || CASE a.attgenerated WHEN 's' THEN ') STORED' ELSE ')' END
                                           END
                                      FROM pg_catalog.pg_attrdef d
                                     WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum), '')
                       || coalesce((SELECT ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END
                                           || ' AS IDENTITY (SEQUENCE NAME ' || pg_catalog.quote_ident(s.relname)
                                           || s.options || ')'
                                      FROM sequences s
                                     WHERE s.identity AND s.owner = a.attrelid AND s.attnum = a.attnum), '')
                       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS definition
                  FROM mine JOIN pg_catalog.pg_attribute a ON a.attrelid = mine.oid
                 WHERE mine.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped)
            SELECT 0 AS place, 'pinned' AS kind, 'temporary object other than a table or sequence' AS name,
                   '' AS sql, '' AS columns
             WHERE EXISTS (SELECT FROM pg_catalog.pg_depend d
                            WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                              AND d.refobjid = pg_catalog.pg_my_temp_schema()
                              AND NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                       AND d.objid IN (SELECT mine.oid FROM mine)))
            UNION ALL
            SELECT 1, 'pinned', 'temporary table with more than columns, defaults, constraints and indexes', '', ''
             WHERE EXISTS (SELECT FROM mine
                            WHERE relrowsecurity OR relhasrules OR relhassubclass OR relispartition
                               OR reloftype <> 0 OR reltablespace <> 0 OR reloptions IS NOT NULL
                               OR relacl IS NOT NULL
                               OR (relkind = 'r'
                                   AND relam <> (SELECT a.oid FROM pg_catalog.pg_am a WHERE a.amname = 'heap'))
                               OR EXISTS (SELECT FROM pg_catalog.pg_trigger t
                                           WHERE t.tgrelid = mine.oid AND NOT t.tgisinternal)
                               OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = mine.oid)
                               OR EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = mine.oid)
                               OR EXISTS (SELECT FROM pg_catalog.pg_constraint c
                                           WHERE c.conrelid = mine.oid
                                             AND c.contype NOT IN ('p', 'u', 'x', 'c', 'f', 'n'))
                               OR EXISTS (SELECT FROM pg_catalog.pg_index i
                                           WHERE i.indrelid = mine.oid AND NOT i.indisvalid))
                OR EXISTS (SELECT FROM attributes WHERE attacl IS NOT NULL)
            UNION ALL
            SELECT 2, 'pinned', 'temporary table of another role', '', ''
             WHERE EXISTS (SELECT FROM mine
                            WHERE relowner <> (SELECT r.oid FROM pg_catalog.pg_roles r
                                                WHERE r.rolname = current_user))
            UNION ALL
            SELECT 3, 'pinned', '%s', '', ''
             WHERE (SELECT pg_catalog.sum(pg_catalog.pg_table_size(mine.oid)) FROM mine WHERE relkind = 'r') > %d
            UNION ALL
            SELECT 4, 'before', '', 'CREATE TEMP SEQUENCE pg_temp.' || pg_catalog.quote_ident(relname) || ' AS ' || type
                   || options, ''
              FROM sequences WHERE NOT identity
            UNION ALL
            (SELECT 5, 'table', relname::text,
                   'CREATE TEMP TABLE pg_temp.' || pg_catalog.quote_ident(relname) || ' ('
                   || coalesce((SELECT pg_catalog.string_agg(definition, ', ' ORDER BY attnum)
                                  FROM attributes WHERE attrelid = mine.oid), '') || ')',
                   coalesce((SELECT pg_catalog.string_agg(name, ', ' ORDER BY attnum)
                               FROM attributes WHERE attrelid = mine.oid AND copied), '')
              FROM mine WHERE relkind = 'r' ORDER BY mine.oid)
            UNION ALL
            SELECT CASE c.contype WHEN 'f' THEN 8 ELSE 6 END, CASE c.contype WHEN 'f' THEN 'reference' ELSE 'after' END, '',
                   'ALTER TABLE pg_temp.' || pg_catalog.quote_ident(mine.relname) || ' ADD CONSTRAINT '
                   || pg_catalog.quote_ident(c.conname) || ' ' || pg_catalog.pg_get_constraintdef(c.oid), ''
              FROM mine JOIN pg_catalog.pg_constraint c ON c.conrelid = mine.oid
             WHERE c.contype <> 'n'
            UNION ALL
            SELECT 7, 'after', '', pg_catalog.pg_get_indexdef(i.indexrelid), ''
              FROM mine JOIN pg_catalog.pg_index i ON i.indrelid = mine.oid
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c
                                WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
            UNION ALL
            SELECT 9, 'after', '', 'ALTER SEQUENCE pg_temp.' || pg_catalog.quote_ident(s.relname) || ' OWNED BY pg_temp.'
                   || pg_catalog.quote_ident(mine.relname) || '.' || a.name, ''
              FROM sequences s JOIN mine ON mine.oid = s.owner
              JOIN attributes a ON a.attrelid = s.owner AND a.attnum = s.attnum
             WHERE NOT s.identity
            UNION ALL
            SELECT 10, 'sequence', '', 'SELECT pg_catalog.setval('
                   || pg_catalog.quote_literal('pg_temp.' || pg_catalog.quote_ident(relname))
                   || '::pg_catalog.regclass, ',
                   'SELECT last_value, is_called FROM pg_temp.' || pg_catalog.quote_ident(relname)
              FROM sequences
            ORDER BY place
            """.formatted(PostgresTemporaryTables.TOO_LARGE, MOST_BYTES_ON_DISK);

    private PostgresTemporaryTablesQuery() {}

    static byte[] sql() {
        return SQL.getBytes(StandardCharsets.UTF_8);
    }
}
