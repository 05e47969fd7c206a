package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the statements of a session say of its temporary tables at COMMIT, which no catalog of the server tells. What
 * they do not say clearly is unknown. Confined to the session's event loop.
 */
final class PostgresTemporaryTableNames {
    private static final int MAX_NAMES = 256;
    private static final Pattern CREATE = Pattern.compile(
            "\\bcreate\\s+(?:global\\s+|local\\s+)?temp(?:orary)?\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?"
                    + "(?:pg_temp\\s*\\.\\s*)?"
                    + "(?:([a-z_][a-z0-9_$]*+)(?![\\u0080-\\u00ff])|\"((?:[^\"]|\"\")++)\")([^;]*)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ON_COMMIT =
            Pattern.compile("\\bon\\s+commit\\s+(preserve|delete)\\s+rows\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern COMMIT = Pattern.compile("commit", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEXT_OR_COMMENT = Pattern.compile("'|\\$|--|/\\*");

    private final Map<String, AtCommit> names = new HashMap<>();

    /** What becomes of a table's rows. */
    enum AtCommit {
        KEEP,
        EMPTY,
        UNKNOWN
    }

    /** @param statements whole, one character for each byte */
    void look(String statements) {
        Matcher create = CREATE.matcher(statements);
        while (create.find()) {
            String unquoted = create.group(1);
            String name = unquoted == null ? create.group(2).replace("\"\"", "\"") : unquoted.toLowerCase(Locale.ROOT);
            AtCommit said = atCommit(create.group(3));
            if (names.size() < MAX_NAMES || names.containsKey(name)) {
                names.merge(name, said, (before, now) -> before == now ? now : AtCommit.UNKNOWN);
            }
        }
    }

    private static AtCommit atCommit(String definition) {
        if (!COMMIT.matcher(definition).find()) {
            return AtCommit.KEEP;
        }
        Matcher onCommit = ON_COMMIT.matcher(definition);
        if (TEXT_OR_COMMENT.matcher(definition).find() || !onCommit.find()) {
            return AtCommit.UNKNOWN;
        }
        return onCommit.group(1).equalsIgnoreCase("delete") ? AtCommit.EMPTY : AtCommit.KEEP;
    }

    AtCommit atCommit(byte[] name) {
        return names.getOrDefault(new String(name, StandardCharsets.ISO_8859_1), AtCommit.UNKNOWN);
    }
}
