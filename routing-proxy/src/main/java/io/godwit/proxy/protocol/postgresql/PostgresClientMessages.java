package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes the messages a client sends, for those that the proxy itself sends to servers. Texts that came from a server
 * or client in the session's own encoding are byte arrays and go back unchanged.
 */
final class PostgresClientMessages {
    /** The proxy's own, so that those of the session, the unnamed one too, stay as they are. */
    static final byte[] OWN_STATEMENT = PostgresQuoting.ascii("godwit");

    private static final int[] NO_TYPES = {};
    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final int CANCEL_REQUEST = 1234 << 16 | 5678;
    private static final int SSL_REQUEST = 1234 << 16 | 5679;
    private static final int LENGTH_OF_REQUEST = 8;
    private static final int LENGTH_OF_CANCEL = 16;

    private PostgresClientMessages() {}

    static void sslRequest(ByteBuf out) {
        out.writeInt(LENGTH_OF_REQUEST);
        out.writeInt(SSL_REQUEST);
    }

    static void cancelRequest(ByteBuf out, int processId, int secretKey) {
        out.writeInt(LENGTH_OF_CANCEL);
        out.writeInt(CANCEL_REQUEST);
        out.writeInt(processId);
        out.writeInt(secretKey);
    }

    static void startup(ByteBuf out, Map<String, String> parameters) {
        int start = out.writerIndex();
        out.writeInt(0);
        out.writeInt(PROTOCOL_3_0);
        parameters.forEach((name, value) -> {
            string(out, name);
            string(out, value);
        });
        out.writeByte(0);
        end(out, start);
    }

    static void saslInitialResponse(ByteBuf out, String mechanism, String data) {
        int start = begin(out, 'p');
        string(out, mechanism);
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.writeBytes(bytes);
        end(out, start);
    }

    static void saslResponse(ByteBuf out, String data) {
        int start = begin(out, 'p');
        out.writeCharSequence(data, StandardCharsets.UTF_8);
        end(out, start);
    }

    static void query(ByteBuf out, byte[] sql) {
        int start = begin(out, 'Q');
        out.writeBytes(sql);
        out.writeByte(0);
        end(out, start);
    }

    static void parse(ByteBuf out, byte[] name, byte[] sql, int[] parameterTypes) {
        int start = begin(out, 'P');
        out.writeBytes(name);
        out.writeByte(0);
        out.writeBytes(sql);
        out.writeByte(0);
        out.writeShort(parameterTypes.length);
        for (int type : parameterTypes) {
            out.writeInt(type);
        }
        end(out, start);
    }

    /** A Parse message with that body. */
    static void parse(ByteBuf out, byte[] body) {
        int start = begin(out, 'P');
        out.writeBytes(body);
        end(out, start);
    }

    /** Binds text parameters to a statement, and to the unnamed portal; results come as text. */
    static void bind(ByteBuf out, byte[] statement, byte[]... parameters) {
        int start = begin(out, 'B');
        out.writeByte(0);
        out.writeBytes(statement);
        out.writeByte(0);
        out.writeShort(0);
        out.writeShort(parameters.length);
        for (byte[] parameter : parameters) {
            out.writeInt(parameter.length);
            out.writeBytes(parameter);
        }
        out.writeShort(0);
        end(out, start);
    }

    static void execute(ByteBuf out) {
        int start = begin(out, 'E');
        out.writeByte(0);
        out.writeInt(0);
        end(out, start);
    }

    static void close(ByteBuf out, byte[] statement) {
        int start = begin(out, 'C');
        out.writeByte('S');
        out.writeBytes(statement);
        out.writeByte(0);
        end(out, start);
    }

    /** Runs one command under {@link #OWN_STATEMENT}; a Sync is to follow. */
    static void run(ByteBuf out, byte[] sql) {
        prepare(out, OWN_STATEMENT, sql);
        bind(out, OWN_STATEMENT);
        execute(out);
        close(out, OWN_STATEMENT);
    }

    /** In place of what has the name. */
    static void prepare(ByteBuf out, byte[] statement, byte[] sql) {
        close(out, statement);
        parse(out, statement, sql, NO_TYPES);
    }

    static void copyData(ByteBuf out, byte[] data) {
        int start = begin(out, 'd');
        out.writeBytes(data);
        end(out, start);
    }

    static void copyDone(ByteBuf out) {
        end(out, begin(out, 'c'));
    }

    static void sync(ByteBuf out) {
        end(out, begin(out, 'S'));
    }

    static void terminate(ByteBuf out) {
        end(out, begin(out, 'X'));
    }

    private static void string(ByteBuf out, String value) {
        out.writeCharSequence(value, StandardCharsets.UTF_8);
        out.writeByte(0);
    }

    private static int begin(ByteBuf out, char type) {
        out.writeByte(type);
        int start = out.writerIndex();
        out.writeInt(0);
        return start;
    }

    private static void end(ByteBuf out, int start) {
        out.setInt(start, out.writerIndex() - start);
    }
}
