package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks in the statements of one session for what no catalog of its server lists and must be carried over: names of
 * custom parameters ({@code app.tenant_id}), the unnamed prepared statement, what becomes of temporary tables at COMMIT;
 * and for whether the session may have any state at all, erring on the side of too much. The common statement costs one pass over its bytes and at most a copy.
 */
final class PostgresStatementWatch {
    /** Of each statement this much is looked at. */
    static final int LOOKED_AT = 16 * 1024;

    /** A statement's bytes while they are looked at: an array is read several times faster than a buffer. */
    private static final FastThreadLocal<byte[]> STATEMENT = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[LOOKED_AT];
        }
    };

    private static final int MAX_NAMES = 256;
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_$]*(?:\\.[A-Za-z_][A-Za-z0-9_$]*)+";
    private static final Pattern SET =
            Pattern.compile("\\bset\\s+(?:session\\s+|local\\s+)?(" + NAME + ")", Pattern.CASE_INSENSITIVE);
    private static final Pattern SET_CONFIG =
            Pattern.compile("\\bset_config\\s*\\(\\s*(?:'(" + NAME + ")'|[^'\\s])", Pattern.CASE_INSENSITIVE);
    private static final Pattern ADVISORY = Pattern.compile("advisory", Pattern.CASE_INSENSITIVE);
    private static final Pattern ANY_NAME = Pattern.compile(NAME);
    private static final Pattern SETS_COLUMNS =
            Pattern.compile("\\s*(?:update|insert|with|merge)\\b[^;]*", Pattern.CASE_INSENSITIVE);

    private final Set<String> names = new TreeSet<>();
    private final PostgresUnnamedStatement unnamedStatement = new PostgresUnnamedStatement();
    private final PostgresTemporaryTableNames temporaryTables = new PostgresTemporaryTableNames();
    private boolean namesComeAsParameters;
    private boolean dirty;
    private boolean changed;

    /** Whether the bodies of Bind messages are to be looked at too. */
    boolean wantsParameters() {
        return namesComeAsParameters;
    }

    /** False if the session surely has nothing on its server that a new connection has not. */
    boolean dirty() {
        return dirty || unnamedStatement.pins();
    }

    /** False if the session surely has on its server what it had when its state was read last. */
    boolean changed() {
        return changed || unnamedStatement.pins();
    }

    void onStateRead() {
        changed = false;
    }

    /** Something was sent that may have changed the session's state and is not looked at. */
    void onOpaque() {
        changed = true;
    }

    /** What a session that is not {@link #dirty} has on its server. */
    PostgresCarriedState clean() {
        return PostgresCarriedState.NOTHING.withUnnamed(unnamedStatement.parse());
    }

    Set<String> customSettings() {
        return names;
    }

    PostgresUnnamedStatement unnamedStatement() {
        return unnamedStatement;
    }

    PostgresTemporaryTableNames temporaryTables() {
        return temporaryTables;
    }

    void onQuery(ByteBuf body) {
        unnamedStatement.onQuery();
        look(body);
    }

    void onParse(ByteBuf body) {
        if (body.isReadable() && body.getByte(body.readerIndex()) != 0) {
            dirty = true;
            changed = true;
        }
        unnamedStatement.onParse(body);
        look(body);
    }

    void onBind(ByteBuf body) {
        collect(ANY_NAME, 0, body.toString(StandardCharsets.ISO_8859_1));
    }

    private void look(ByteBuf body) {
        byte[] statement = STATEMENT.get();
        int length = Math.min(body.readableBytes(), LOOKED_AT);
        body.getBytes(body.readerIndex(), statement, 0, length);
        Mention mention = mentionOfState(statement, length);
        changed |= mention == Mention.UNDONE || length == LOOKED_AT;
        if (mention != Mention.MADE) {
            return;
        }
        String text = body.toString(StandardCharsets.ISO_8859_1);
        boolean makesState = !SETS_COLUMNS.matcher(text).matches()
                || SET_CONFIG.matcher(text).find()
                || ADVISORY.matcher(text).find();
        dirty |= makesState;
        changed |= makesState;
        if (body.readableBytes() < LOOKED_AT) {
            temporaryTables.look(text);
        }
        collect(SET, 1, text);
        Matcher setConfig = SET_CONFIG.matcher(text);
        while (setConfig.find()) {
            if (setConfig.group(1) == null) {
                namesComeAsParameters = true;
            }
        }
        collect(SET_CONFIG, 1, text);
        if (namesComeAsParameters) {
            collect(ANY_NAME, 0, text);
        }
    }

    private void collect(Pattern pattern, int group, String text) {
        Matcher matcher = pattern.matcher(text);
        while (names.size() < MAX_NAMES && matcher.find()) {
            String name = matcher.group(group);
            if (name != null) {
                names.add(name);
            }
        }
    }

    /** What the words say that occur in a statement about session state. */
    private enum Mention {
        NONE,
        UNDONE,
        MADE
    }

    /** Looks for the words with which session state is made or undone; case and word ends do not matter. */
    private static Mention mentionOfState(byte[] statement, int end) {
        Mention mention = Mention.NONE;
        for (int i = 0; i < end - 2; i++) {
            boolean found =
                    switch (statement[i] | 0x20) {
                        case 's' -> at(statement, i, end, "set");
                        case 'p' -> at(statement, i, end, "prepare");
                        case 'l' -> at(statement, i, end, "listen") || at(statement, i, end, "load");
                        case 't' -> at(statement, i, end, "temp");
                        case 'a' -> at(statement, i, end, "advisory");
                        case 'd' -> at(statement, i, end, "declare") || at(statement, i, end, "do ");
                        default -> false;
                    };
            if (found) {
                return Mention.MADE;
            }
            if ((statement[i] | 0x20) == 'd'
                    && (at(statement, i, end, "discard") || at(statement, i, end, "deallocate"))) {
                mention = Mention.UNDONE;
            }
        }
        return mention;
    }

    private static boolean at(byte[] statement, int index, int end, String word) {
        if (index + word.length() > end) {
            return false;
        }
        for (int i = 1; i < word.length(); i++) {
            if ((statement[index + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
