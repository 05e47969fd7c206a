package io.godwit.replication.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresMoveNames;
import io.godwit.replication.engine.ChangeStream;
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
     * The name of the publication and slot on the source and of the subscription on the target. It can be derived again at
     * any time. It tells the direction, so forward and reverse stream never meet; and both ends, so that the subscription
     * of an earlier attempt, left on a server that was away, takes nothing from the stream to another.
     */
    static String stream(ChangeStream stream) {
        return name(
                stream.migrationId(),
                stream.source().server().serverId() + "/"
                        + stream.target().server().serverId());
    }

    /** The name of what a move has on one server, whatever the other is. */
    static String side(String migrationId, ServerAccess server) {
        return name(migrationId, server.serverId());
    }

    private static String name(String migrationId, String servers) {
        String migration = migrationId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        String shortened = migration.substring(0, Math.min(MAX_MIGRATION, migration.length()));
        return PostgresMoveNames.PREFIX + shortened + "_" + hash(migrationId + "/" + servers);
    }

    /** The name of the role that stands for the tenant on one server of the move: one of the {@code DEPUTIES}. */
    static String deputy(String migrationId, ServerAccess server) {
        return side(migrationId, server) + "_deputy";
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
