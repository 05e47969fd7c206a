package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * An ErrorResponse's fields that matter here.
 *
 * @param severity unlocalised, for example {@code FATAL}
 */
record PostgresError(String severity, String sqlState, String message) {
    static final String ADMIN_SHUTDOWN = "57P01";
    static final String CRASH_SHUTDOWN = "57P02";
    static final String CANNOT_CONNECT_NOW = "57P03";
    static final String INVALID_AUTHORIZATION = "28000";
    static final String INVALID_PASSWORD = "28P01";
    static final String INSUFFICIENT_PRIVILEGE = "42501";
    static final String INVALID_CATALOG_NAME = "3D000";
    static final String TOO_MANY_CONNECTIONS = "53300";
    static final String PROTOCOL_VIOLATION = "08P01";
    static final String CONNECTION_REJECTED = "08004";
    static final String CONNECTION_FAILURE = "08006";
    static final String FEATURE_NOT_SUPPORTED = "0A000";

    static PostgresError fatal(String sqlState, String message) {
        return new PostgresError("FATAL", sqlState, message);
    }

    /** What the server says when an administrator ends a session. */
    static PostgresError terminated() {
        return fatal(ADMIN_SHUTDOWN, "terminating connection due to administrator command");
    }

    /** Reads the body of an ErrorResponse, possibly cut short. */
    static PostgresError read(ByteBuf body) {
        String severity = "ERROR";
        String sqlState = "XX000";
        String message = "";
        ByteBuf fields = body.duplicate();
        while (fields.isReadable()) {
            byte field = fields.readByte();
            int length = fields.bytesBefore((byte) 0);
            if (field == 0 || length < 0) {
                break;
            }
            String value = fields.readString(length, StandardCharsets.UTF_8);
            fields.skipBytes(1);
            switch (field) {
                case 'V' -> severity = value;
                case 'C' -> sqlState = value;
                case 'M' -> message = value;
                default -> {}
            }
        }
        return new PostgresError(severity, sqlState, message);
    }

    boolean isFatal() {
        return !severity.equals("ERROR");
    }

    /**
     * Whether a server that answers a login so is fenced, restarting or shutting down: it, or the server that the route
     * names next, will take the login later.
     *
     * @param established whether a client has the session already; one that is just coming is told at once that the
     *     server is full
     */
    boolean mayPass(boolean established) {
        return switch (sqlState) {
            case TOO_MANY_CONNECTIONS -> established;
            case ADMIN_SHUTDOWN, CRASH_SHUTDOWN, CANNOT_CONNECT_NOW, CONNECTION_FAILURE -> true;
            default -> refusesLogin();
        };
    }

    /** Whether the server answers a login as a fenced one does. */
    boolean refusesLogin() {
        return switch (sqlState) {
            // One that admits others ahead refuses what is its password before and after.
            case INVALID_PASSWORD, INVALID_AUTHORIZATION, INSUFFICIENT_PRIVILEGE -> true;
            default -> false;
        };
    }
}
