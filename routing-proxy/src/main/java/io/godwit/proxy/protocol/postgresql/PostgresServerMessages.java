package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the messages a server sends, for those that the proxy itself sends to clients. */
final class PostgresServerMessages {
    private static final int AUTHENTICATION_OK = 0;
    private static final int AUTHENTICATION_SASL = 10;
    private static final int AUTHENTICATION_SASL_CONTINUE = 11;
    private static final int AUTHENTICATION_SASL_FINAL = 12;

    private PostgresServerMessages() {}

    static void error(ByteBuf out, PostgresError error) {
        int start = begin(out, 'E');
        field(out, 'S', error.severity());
        field(out, 'V', error.severity());
        field(out, 'C', error.sqlState());
        field(out, 'M', error.message());
        out.writeByte(0);
        end(out, start);
    }

    static void offerSasl(ByteBuf out, String mechanism) {
        int start = begin(out, 'R');
        out.writeInt(AUTHENTICATION_SASL);
        string(out, mechanism);
        out.writeByte(0);
        end(out, start);
    }

    static void saslContinue(ByteBuf out, String data) {
        sasl(out, AUTHENTICATION_SASL_CONTINUE, data);
    }

    static void saslFinal(ByteBuf out, String data) {
        sasl(out, AUTHENTICATION_SASL_FINAL, data);
    }

    private static void sasl(ByteBuf out, int kind, String data) {
        int start = begin(out, 'R');
        out.writeInt(kind);
        ByteBufUtil.writeUtf8(out, data);
        end(out, start);
    }

    static void authenticationOk(ByteBuf out) {
        int start = begin(out, 'R');
        out.writeInt(AUTHENTICATION_OK);
        end(out, start);
    }

    static void negotiateProtocolVersion(ByteBuf out, List<String> unknownOptions) {
        int start = begin(out, 'v');
        // The newest minor version of protocol 3 spoken here.
        out.writeInt(0);
        out.writeInt(unknownOptions.size());
        unknownOptions.forEach(option -> string(out, option));
        end(out, start);
    }

    static void parameterStatus(ByteBuf out, String name, String value) {
        int start = begin(out, 'S');
        string(out, name);
        string(out, value);
        end(out, start);
    }

    static void backendKeyData(ByteBuf out, int processId, int secretKey) {
        int start = begin(out, 'K');
        out.writeInt(processId);
        out.writeInt(secretKey);
        end(out, start);
    }

    static void readyForQuery(ByteBuf out) {
        int start = begin(out, 'Z');
        out.writeByte('I');
        end(out, start);
    }

    private static void field(ByteBuf out, char type, String value) {
        out.writeByte(type);
        string(out, value);
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
