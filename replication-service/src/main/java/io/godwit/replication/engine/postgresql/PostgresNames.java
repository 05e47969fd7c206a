package io.godwit.replication.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresMoveNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** How the objects of a move are called on the servers, and how names are written in SQL. */
final class PostgresNames {
    /** Godwit's schema in a tenant's database, for the time of a move. */
    static final String SCHEMA = "godwit";

    private static final int MAX_MIGRATION = 40;

    private PostgresNames() {}

    /**
     * The name of the publication and slot on {@code from} and of the subscription elsewhere that follows it. It tells
     * the direction, so forward and reverse stream never meet, and it can be derived again at any time.
     */
    static String stream(String migrationId, ServerAccess from) {
        String migration = migrationId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        String shortened = migration.substring(0, Math.min(MAX_MIGRATION, migration.length()));
        return PostgresMoveNames.PREFIX + shortened + "_" + hash(migrationId + "/" + from.serverId());
    }

    /** The name of the role that stands for the tenant on one server of the move: one of the {@code DEPUTIES}. */
    static String deputy(String migrationId, ServerAccess server) {
        return stream(migrationId, server) + "_deputy";
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** An identifier in double quotes. */
    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A string literal, whatever {@code standard_conforming_strings} says. */
    static String literal(String text) {
        String doubled = text.replace("'", "''");
        return doubled.indexOf('\\') < 0 ? "'" + doubled + "'" : "E'" + doubled.replace("\\", "\\\\") + "'";
    }
}
