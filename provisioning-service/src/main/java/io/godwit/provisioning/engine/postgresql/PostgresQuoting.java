package io.godwit.provisioning.engine.postgresql;

/** Puts names and texts into statements that take no parameters (PostgreSQL documentation, section 4.1). */
final class PostgresQuoting {
    private PostgresQuoting() {}

    static String identifier(String name) {
        requireNoZero(name);
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Holds whatever {@code standard_conforming_strings} is set to. */
    static String literal(String text) {
        requireNoZero(text);
        String quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'";
        return text.contains("\\") ? " E" + quoted : quoted;
    }

    private static void requireNoZero(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name or text holds a zero character; PostgreSQL can't have it");
        }
    }
}
