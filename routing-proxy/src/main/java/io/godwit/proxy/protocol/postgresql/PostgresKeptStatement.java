package io.godwit.proxy.protocol.postgresql;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A question that is asked of a session's server twice, when a move is prepared and while clients wait: the server keeps it
 * as a prepared statement, because parsing and planning it takes several times as long as answering it.
 */
enum PostgresKeptStatement {
    STATE("godwit state"),
    LOCKS("godwit locks"),
    TEMPORARY_TABLES("godwit temporary tables");

    /** As a list, to tell them from the session's own. */
    static final String NAMES =
            Arrays.stream(values()).map(kept -> "'" + kept.name + "'").collect(Collectors.joining(", "));

    /** What a server says that does not have the statement (any more). */
    static final String UNKNOWN = "26000";

    private final String name;

    PostgresKeptStatement(String name) {
        this.name = name;
    }

    byte[] bytes() {
        return PostgresQuoting.ascii(name);
    }
}
