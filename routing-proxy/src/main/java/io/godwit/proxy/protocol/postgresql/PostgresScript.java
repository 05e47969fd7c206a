package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A string of SQL commands in a session's encoding, taken apart at the semicolons that are not in a text, a name, a
 * comment or parentheses (section 4.1 of the manual). The server remembers a prepared statement by the whole string it
 * came in, of which nothing else may be run again. What is not taken apart rightly is an error to the server, because
 * the parts are sent as single commands. Encodings do not matter: none has these characters within others.
 */
final class PostgresScript {
    private static final byte[] PREPARE = {'p', 'r', 'e', 'p', 'a', 'r', 'e'};

    private static final byte[] NO_NAME = {};

    private final byte[] sql;
    private final List<byte[]> commands = new ArrayList<>();
    private int at;

    private PostgresScript(byte[] sql) {
        this.sql = sql;
    }

    /** @return the only command in {@code sql} that makes the prepared statement; null if there is not exactly one */
    static byte @Nullable [] prepareOf(byte[] name, byte[] sql) {
        PostgresScript script = new PostgresScript(sql);
        script.split();
        List<byte[]> found = script.commands.stream()
                .filter(command -> new PostgresScript(command).prepares(name))
                .toList();
        return found.size() == 1 ? found.getFirst() : null;
    }

    private void split() {
        int start = 0;
        int depth = 0;
        while (at < sql.length) {
            byte next = sql[at];
            if (next == ';' && depth == 0) {
                commands.add(Arrays.copyOfRange(sql, start, at));
                start = at + 1;
            }
            depth += next == '(' ? 1 : next == ')' ? -1 : 0;
            skip();
        }
        commands.add(Arrays.copyOfRange(sql, start, sql.length));
    }

    /** Goes behind the token or the character that begins here. */
    private void skip() {
        switch (sql[at]) {
            case '\'' -> skipQuoted((byte) '\'', isEscapeText());
            case '"' -> skipQuoted((byte) '"', false);
            case '$' -> skipDollarQuoted();
            case '-' -> {
                if (follows("--")) {
                    skipUntil("\n");
                } else {
                    at++;
                }
            }
            case '/' -> {
                if (follows("/*")) {
                    skipComment();
                } else {
                    at++;
                }
            }
            default -> at++;
        }
    }

    /** Whether the text that begins here is one in which a backslash escapes, as in {@code E'…'}. */
    private boolean isEscapeText() {
        boolean prefixed = at > 0 && (sql[at - 1] | 0x20) == 'e';
        return prefixed && (at == 1 || !isPartOfName(sql[at - 2]));
    }

    private void skipQuoted(byte quote, boolean escapes) {
        at++;
        while (at < sql.length) {
            boolean isQuote = sql[at] == quote;
            boolean doubled = isQuote && at + 1 < sql.length && sql[at + 1] == quote;
            if (isQuote && !doubled) {
                break;
            }
            at += doubled || (escapes && sql[at] == '\\') ? 2 : 1;
        }
        at++;
    }

    private void skipDollarQuoted() {
        int end = at + 1;
        while (end < sql.length && sql[end] != '$' && isPartOfName(sql[end])) {
            end++;
        }
        boolean insideName = at > 0 && isPartOfName(sql[at - 1]);
        boolean parameter = at + 1 < sql.length && sql[at + 1] >= '0' && sql[at + 1] <= '9';
        if (insideName || parameter || end >= sql.length || sql[end] != '$') {
            at++;
            return;
        }
        String tag = new String(sql, at, end + 1 - at, StandardCharsets.ISO_8859_1);
        at = end + 1;
        skipUntil(tag);
    }

    private void skipComment() {
        int depth = 0;
        do {
            if (follows("/*")) {
                depth++;
                at += 2;
            } else if (follows("*/")) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length);
    }

    private void skipUntil(String end) {
        while (at < sql.length && !follows(end)) {
            at++;
        }
        at += end.length();
    }

    private boolean follows(String text) {
        if (at + text.length() > sql.length) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ((char) (sql[at + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPartOfName(byte b) {
        int lower = b | 0x20;
        return (lower >= 'a' && lower <= 'z') || (b >= '0' && b <= '9') || b == '_' || b == '$' || b < 0;
    }

    private boolean prepares(byte[] name) {
        skipBlanks();
        for (byte letter : PREPARE) {
            if (at >= sql.length || (sql[at++] | 0x20) != letter) {
                return false;
            }
        }
        skipBlanks();
        return at < sql.length && Arrays.equals(name, sql[at] == '"' ? quotedName() : plainName());
    }

    private void skipBlanks() {
        while (at < sql.length && ((sql[at] <= ' ' && sql[at] > 0) || follows("--") || follows("/*"))) {
            skip();
        }
    }

    private byte[] quotedName() {
        int start = at + 1;
        skip();
        if (at > sql.length) {
            return NO_NAME;
        }
        String quoted = new String(sql, start, at - 1 - start, StandardCharsets.ISO_8859_1);
        return quoted.replace("\"\"", "\"").getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] plainName() {
        int start = at;
        while (at < sql.length && isPartOfName(sql[at])) {
            at++;
        }
        byte[] plain = Arrays.copyOfRange(sql, start, at);
        // The server folds no other letters in an encoding of more than one byte.
        for (int i = 0; i < plain.length; i++) {
            plain[i] |= (byte) (plain[i] >= 'A' && plain[i] <= 'Z' ? 0x20 : 0);
        }
        return plain;
    }
}
