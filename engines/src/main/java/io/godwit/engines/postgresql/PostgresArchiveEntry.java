package io.godwit.engines.postgresql;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of an archive's table of contents.
 *
 * @param line as {@code pg_restore --list} writes it
 * @param catalogId the object's id in the catalog of the database that was dumped: its class and its own
 * @param description kind, schema, name and owner, with blanks between and in them
 */
public record PostgresArchiveEntry(String line, String catalogId, String description) {
    private static final Pattern ENTRY = Pattern.compile("\\d+; (\\d+ \\d+) (.*)");

    /** @return empty for a comment */
    public static Optional<PostgresArchiveEntry> parse(String line) {
        Matcher entry = ENTRY.matcher(line);
        return entry.matches()
                ? Optional.of(new PostgresArchiveEntry(line, entry.group(1), entry.group(2)))
                : Optional.empty();
    }

    boolean isOneOf(Iterable<String> kinds) {
        for (String kind : kinds) {
            if (description.startsWith(kind + " ")) {
                return true;
            }
        }
        return false;
    }
}
