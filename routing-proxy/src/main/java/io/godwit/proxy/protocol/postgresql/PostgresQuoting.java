package io.godwit.proxy.protocol.postgresql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts names into SQL. They are bytes in the session's own encoding and stay so. */
final class PostgresQuoting {
    private PostgresQuoting() {}

    static byte[] listen(byte[] channel) {
        return join(ascii("LISTEN "), identifier(channel));
    }

    static byte[] prepare(byte[] name, byte[] types, byte[] statement) {
        return join(ascii("PREPARE "), identifier(name), ascii("("), types, ascii(") AS "), statement);
    }

    static byte[] identifier(byte[] name) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.write('"');
        for (byte b : name) {
            if (b == '"') {
                sql.write('"');
            }
            sql.write(b);
        }
        sql.write('"');
        return sql.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            sql.writeBytes(part);
        }
        return sql.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
