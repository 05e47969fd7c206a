package io.godwit.engines.postgresql;

import io.godwit.engines.Login;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who makes which entry of an archive. To make a table, an aggregate or a constraint may already run the tenant's
 * functions, so somebody with his rights makes everything that does not need more. What the administrator makes runs
 * nothing: it is what only superusers may make always, or for some types, and what is said about objects that are there.
 */
public final class PostgresRestoreList {
    /**
     * The catalog ids of objects that only superusers may make, whoever owns them, and whose making runs nothing: C
     * functions and leakproof ones, base types, conversions.
     */
    public static final String MADE_BY_SUPERUSERS = """
            SELECT 'pg_proc'::regclass::oid || ' ' || p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
            WHERE p.oid >= 16384 AND p.prokind <> 'a' AND (NOT l.lanpltrusted OR p.proleakproof)
            UNION ALL
            SELECT 'pg_type'::regclass::oid || ' ' || t.oid FROM pg_type t
            WHERE t.oid >= 16384 AND t.typtype = 'b' AND t.typelem = 0
            UNION ALL
            SELECT 'pg_conversion'::regclass::oid || ' ' || c.oid FROM pg_conversion c WHERE c.oid >= 16384""";

    private static final List<String> ADMIN_ONLY = List.of(
            "SCHEMA",
            "EXTENSION",
            "PROCEDURAL LANGUAGE",
            "FOREIGN DATA WRAPPER",
            "SERVER",
            "USER MAPPING",
            "SHELL TYPE",
            "OPERATOR CLASS",
            "OPERATOR FAMILY",
            "ACCESS METHOD",
            "CAST",
            "TRANSFORM",
            "TEXT SEARCH PARSER",
            "TEXT SEARCH TEMPLATE",
            "PUBLICATION",
            "EVENT TRIGGER",
            "BLOB",
            "BLOBS",
            "BLOB METADATA");

    /** A grant is given in its giver's name; who is to own statistics must have the right to make some in the schema. */
    private static final List<String> AFTERWARDS =
            List.of("COMMENT", "SECURITY LABEL", "ACL", "DEFAULT ACL", "STATISTICS");

    private PostgresRestoreList() {}

    /**
     * Divides the entries without changing the order of what depends on each other.
     *
     * @param list the archive's, or the part of it that is to be made; what it says of objects comes last
     * @param makers of the entries that need not be the administrator's
     */
    public static List<Part> inOrder(List<String> list, Login admin, Function<PostgresArchiveEntry, Login> makers) {
        List<Part> parts = new ArrayList<>();
        List<String> afterwards = new ArrayList<>();
        for (PostgresArchiveEntry entry : entries(list)) {
            if (entry.isOneOf(AFTERWARDS)) {
                afterwards.add(entry.line());
                continue;
            }
            Login maker = maker(entry, admin, makers);
            if (parts.isEmpty() || !parts.getLast().maker().equals(maker)) {
                parts.add(new Part(maker, new ArrayList<>()));
            }
            parts.getLast().entries().add(entry.line());
        }
        if (!afterwards.isEmpty()) {
            parts.add(new Part(admin, afterwards));
        }
        return parts;
    }

    /** Divides entries that do not depend on each other, as those with rows. */
    public static List<Part> byMaker(List<String> list, Login admin, Function<PostgresArchiveEntry, Login> makers) {
        Map<Login, Part> parts = new LinkedHashMap<>();
        for (PostgresArchiveEntry entry : entries(list)) {
            parts.computeIfAbsent(maker(entry, admin, makers), maker -> new Part(maker, new ArrayList<>()))
                    .entries()
                    .add(entry.line());
        }
        return List.copyOf(parts.values());
    }

    private static List<PostgresArchiveEntry> entries(List<String> list) {
        return list.stream()
                .map(PostgresArchiveEntry::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Login maker(PostgresArchiveEntry entry, Login admin, Function<PostgresArchiveEntry, Login> makers) {
        return entry.isOneOf(ADMIN_ONLY) ? admin : makers.apply(entry);
    }

    /** Entries that one maker makes in one go. */
    public record Part(Login maker, List<String> entries) {}
}
