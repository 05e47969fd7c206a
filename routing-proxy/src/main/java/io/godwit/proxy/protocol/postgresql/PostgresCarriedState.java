package io.godwit.proxy.protocol.postgresql;

import java.util.List;

/**
 * What a session has on its server and takes along to the next one. Texts are in the session's client encoding.
 *
 * @param settings in the order in which they must be set again
 * @param channels it listens on
 */
@SuppressWarnings("ArrayRecordComponent") // the texts are never compared
record PostgresCarriedState(List<Setting> settings, List<PreparedStatement> statements, List<byte[]> channels) {
    static final PostgresCarriedState NOTHING = new PostgresCarriedState(List.of(), List.of(), List.of());

    /** A configuration parameter, {@code role} and {@code session_authorization} included. */
    record Setting(byte[] name, byte[] value) {}

    sealed interface PreparedStatement {
        byte[] name();
    }

    /** Made with Parse, with parameter types whose OIDs are the same on every server. */
    record Parsed(byte[] name, byte[] sql, int[] parameterTypes) implements PreparedStatement {}

    /** Made, or to be made again, with SQL. */
    record Prepared(byte[] name, byte[] prepareSql) implements PreparedStatement {}
}
