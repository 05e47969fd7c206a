package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A line for every object of a schema with the hash of its definition, to find out whether two schemas are equal. */
final class PostgresSchemaDigest {
    /** Replica identities are left out: they are what a move itself changes. */
    private static final String OBJECTS = """
            WITH rel AS MATERIALIZED (
                SELECT c.*, c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE {tenant} AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f', 'c')
                  AND {own c.oid pg_class} AND {own c.reltype pg_type})
            SELECT CASE relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
                                ELSE 'table ' END || name AS object,
                   concat_ws('|', relkind, relpersistence, relrowsecurity, relforcerowsecurity,
                       array_to_string(reloptions, ','), pg_get_userbyid(relowner),
                       (SELECT {rights} FROM aclexplode(relacl) a WHERE a.grantee <> relowner)) AS shape,
                   concat_ws('|', pg_get_expr(relpartbound, oid),
                       CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END,
                       CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) AS definition
            FROM rel WHERE relkind NOT IN ('i', 'I', 'c')
            UNION ALL
            SELECT 'sequence ' || name, concat_ws('|', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax,
                       s.seqmin, s.seqcycle), NULL
            FROM rel JOIN pg_sequence s ON s.seqrelid = rel.oid
            UNION ALL
            SELECT 'column ' || name || '.' || quote_ident(c.attname),
                   concat_ws('|', format_type(c.atttypid, c.atttypmod), c.attnotnull, c.attidentity, c.attgenerated,
                       (SELECT l.collname FROM pg_collation l WHERE l.oid = c.attcollation),
                       CASE WHEN c.attacl IS NOT NULL THEN (SELECT {rights} FROM aclexplode(c.attacl) a) END),
                   pg_get_expr(d.adbin, d.adrelid)
            FROM rel JOIN pg_attribute c ON c.attrelid = rel.oid
                 LEFT JOIN pg_attrdef d ON d.adrelid = c.attrelid AND d.adnum = c.attnum
            WHERE rel.relkind IN ('r', 'p', 'f', 'c') AND c.attnum > 0 AND NOT c.attisdropped
            UNION ALL
            SELECT 'index ' || name, i.indisvalid::text, pg_get_indexdef(rel.oid)
            FROM rel JOIN pg_index i ON i.indexrelid = rel.oid
            UNION ALL
            SELECT 'constraint ' || quote_ident(k.conname) || ' of ' || name, k.convalidated::text,
                   pg_get_constraintdef(k.oid)
            FROM rel JOIN pg_constraint k ON k.conrelid = rel.oid WHERE k.contype <> 'n'
            UNION ALL
            SELECT 'trigger ' || quote_ident(t.tgname) || ' of ' || name, t.tgenabled::text, pg_get_triggerdef(t.oid)
            FROM rel JOIN pg_trigger t ON t.tgrelid = rel.oid WHERE NOT t.tgisinternal
            UNION ALL
            SELECT 'policy ' || quote_ident(p.polname) || ' of ' || name,
                   concat_ws('|', p.polcmd, p.polpermissive,
                       (SELECT string_agg(r::regrole::text, ',' ORDER BY r::regrole::text) FROM unnest(p.polroles) r)),
                   concat_ws('|', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
            FROM rel JOIN pg_policy p ON p.polrelid = rel.oid
            UNION ALL
            SELECT 'rule ' || quote_ident(r.rulename) || ' of ' || name, r.ev_enabled::text, pg_get_ruledef(r.oid)
            FROM rel JOIN pg_rewrite r ON r.ev_class = rel.oid WHERE r.rulename <> '_RETURN'
            UNION ALL
            SELECT 'function ' || f.oid::regprocedure,
                   concat_ws('|', f.prokind, f.provolatile, f.prosecdef, f.proisstrict, f.prorettype::regtype,
                       array_to_string(f.proconfig, ','), pg_get_userbyid(f.proowner),
                       (SELECT {rights} FROM aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a)),
                   concat_ws('|', f.prosrc, f.probin, CASE WHEN f.prosqlbody IS NOT NULL
                                                           THEN pg_get_function_sqlbody(f.oid) END)
            FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE {tenant} AND {own f.oid pg_proc}
            UNION ALL
            SELECT 'type ' || t.oid::regtype,
                   concat_ws('|', t.typtype, t.typnotnull, t.typdefault, format_type(t.typbasetype, t.typtypmod),
                       (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e
                        WHERE e.enumtypid = t.oid),
                       pg_get_userbyid(t.typowner),
                       (SELECT {rights} FROM aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) a)),
                   (SELECT string_agg(pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_constraint k
                    WHERE k.contypid = t.oid)
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype IN ('d', 'e', 'r', 'm') AND {tenant} AND {own t.oid pg_type}
            UNION ALL
            SELECT 'statistics ' || quote_ident(n.nspname) || '.' || quote_ident(s.stxname),
                   pg_get_userbyid(s.stxowner), pg_get_statisticsobjdef(s.oid)
            FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE {tenant}
            UNION ALL
            SELECT 'extension ' || quote_ident(extname), '', NULL FROM pg_extension
            UNION ALL
            SELECT 'schema ' || quote_ident(n.nspname),
                   concat_ws('|', pg_get_userbyid(n.nspowner),
                       (SELECT {rights} FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a)), NULL
            FROM pg_namespace n WHERE {tenant} AND n.nspname <> 'public' AND {own n.oid pg_namespace}""".replace("{tenant}", PostgresCatalog.TENANT_SCHEMAS)
            .replace(
                    "{rights}",
                    "string_agg(a.grantee::regrole || a.privilege_type || a.is_grantable, ','"
                            + " ORDER BY a.grantee::regrole::text, a.privilege_type)")
            // Not what an extension brings: the target may have another version of it.
            .replaceAll(
                    "\\{own (\\S+) (\\S+)}",
                    "NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = $1 AND e.classid = '$2'::regclass"
                            + " AND e.deptype = 'e')");

    private final Map<String, Integer> objects;

    private PostgresSchemaDigest(Map<String, Integer> objects) {
        this.objects = objects;
    }

    /** @param withDefinitions whether to include what a server writes in its own words, which versions word differently */
    static PostgresSchemaDigest read(PostgresSession session, boolean withDefinitions) throws SQLException {
        Map<String, Integer> objects = new TreeMap<>();
        String sql = "SELECT object, hashtext(concat_ws('|', shape" + (withDefinitions ? ", definition" : "")
                + ")) FROM (" + OBJECTS + ") o";
        session.listAgain(sql, row -> objects.merge(row.getString(1), row.getInt(2), Integer::sum));
        return new PostgresSchemaDigest(objects);
    }

    /** The first object that is not the same in both. */
    Optional<String> difference(PostgresSchemaDigest other) {
        TreeSet<String> names = new TreeSet<>(objects.keySet());
        names.addAll(other.objects.keySet());
        return names.stream()
                .filter(name -> !java.util.Objects.equals(objects.get(name), other.objects.get(name)))
                .findFirst();
    }

    /** @throws ReplicationException {@code SCHEMA_CHANGED} naming the first object that differs */
    void requireEqual(PostgresSchemaDigest target) {
        Optional<String> difference = difference(target);
        if (difference.isPresent()) {
            throw new ReplicationException(
                    "SCHEMA_CHANGED",
                    Failure.Kind.CONFLICT,
                    "the schema was changed during the move: " + difference.get()
                            + " is not the same on source and target; expected no change of the schema until the move has"
                            + " ended");
        }
    }
}
