package io.godwit.replication.engine.postgresql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who makes which entry of a dumped schema. To make a table, an aggregate or a constraint may already run the tenant's
 * functions, so his deputy makes everything that does not need more rights than that. What the administrator makes runs
 * nothing: it is what only superusers may make, and what is said about objects that are there.
 */
final class PostgresRestoreList {
    /** In an entry: the object's id in the source's catalog, and its kind. */
    private static final Pattern ENTRY = Pattern.compile("\\d+; (\\d+ \\d+) (.*)");

    private static final List<String> ADMIN_ONLY = List.of(
            "SCHEMA ",
            "EXTENSION ",
            "PROCEDURAL LANGUAGE ",
            "FOREIGN DATA WRAPPER ",
            "SERVER ",
            "USER MAPPING ",
            "SHELL TYPE ",
            "OPERATOR CLASS ",
            "OPERATOR FAMILY ",
            "ACCESS METHOD ",
            "TRANSFORM ",
            "TEXT SEARCH PARSER ",
            "TEXT SEARCH TEMPLATE ");

    /** A grant is given in its giver's name; who is to own statistics must have the right to make some in the schema. */
    private static final List<String> AFTERWARDS =
            List.of("COMMENT ", "SECURITY LABEL ", "ACL ", "DEFAULT ACL ", "STATISTICS ");

    /** Objects whose making runs nothing, and that the tenant could not have made or does not own. */
    private static final String BEYOND_TENANT = """
            WITH represented AS (SELECT r.oid FROM pg_roles r WHERE r.rolname = ANY (?)),
            owned AS (
                SELECT 'pg_class'::regclass AS classid, oid, relowner AS owner FROM pg_class WHERE relkind IN ('v', 'S', 'c', 'f')
                UNION ALL SELECT 'pg_proc'::regclass, oid, proowner FROM pg_proc WHERE prokind <> 'a'
                UNION ALL SELECT 'pg_type'::regclass, oid, typowner FROM pg_type
                UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner FROM pg_operator
                UNION ALL SELECT 'pg_collation'::regclass, oid, collowner FROM pg_collation
                UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner FROM pg_ts_config
                UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner FROM pg_ts_dict)
            SELECT classid::oid || ' ' || oid FROM owned
            WHERE oid >= 16384 AND owner NOT IN (SELECT oid FROM represented)
            UNION ALL
            SELECT 'pg_proc'::regclass::oid || ' ' || p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
            WHERE p.oid >= 16384 AND p.prokind <> 'a' AND (NOT l.lanpltrusted OR p.proleakproof)
            UNION ALL
            SELECT 'pg_type'::regclass::oid || ' ' || t.oid FROM pg_type t
            WHERE t.oid >= 16384 AND t.typtype = 'b' AND t.typelem = 0
            UNION ALL
            SELECT 'pg_conversion'::regclass::oid || ' ' || c.oid FROM pg_conversion c WHERE c.oid >= 16384
            UNION ALL
            SELECT 'pg_cast'::regclass::oid || ' ' || c.oid FROM pg_cast c
            JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget
            WHERE c.oid >= 16384 AND (c.castmethod <> 'f' OR (s.typowner NOT IN (SELECT oid FROM represented)
                                                              AND t.typowner NOT IN (SELECT oid FROM represented)))""";

    private PostgresRestoreList() {}

    /** The ids, as an archive's list has them, of what only the administrator can make, by the session's catalog. */
    static Set<String> beyondTenant(PostgresSession source) throws SQLException {
        Object represented = PostgresRepresentedRoles.all(source).toArray(String[]::new);
        return Set.copyOf(source.list(BEYOND_TENANT, row -> row.getString(1), represented));
    }

    /**
     * Divides the entries without changing the order of what depends on each other.
     *
     * @param list the archive's, or the part of it that is to be made
     * @param beyondTenant what {@link #beyondTenant} says of the source
     */
    static List<Part> divide(List<String> list, Set<String> beyondTenant) {
        List<Part> parts = new ArrayList<>();
        List<String> afterwards = new ArrayList<>();
        for (String line : list) {
            Matcher entry = ENTRY.matcher(line);
            if (!entry.matches()) {
                continue;
            }
            String kind = entry.group(2);
            if (AFTERWARDS.stream().anyMatch(kind::startsWith)) {
                afterwards.add(line);
                continue;
            }
            boolean byAdmin = ADMIN_ONLY.stream().anyMatch(kind::startsWith) || beyondTenant.contains(entry.group(1));
            if (parts.isEmpty() || parts.getLast().byAdmin() != byAdmin) {
                parts.add(new Part(byAdmin, new ArrayList<>()));
            }
            parts.getLast().entries().add(line);
        }
        if (!afterwards.isEmpty()) {
            parts.add(new Part(true, afterwards));
        }
        return parts;
    }

    /** Entries that one of the two makes in one go. */
    record Part(boolean byAdmin, List<String> entries) {}
}
