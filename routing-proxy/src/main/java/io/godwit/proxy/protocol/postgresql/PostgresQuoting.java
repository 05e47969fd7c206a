package io.godwit.proxy.protocol.postgresql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts names into SQL. They are bytes in the session's own encoding and stay so. */
final class PostgresQuoting {
    private PostgresQuoting() {}

    static byte[] listen(byte[] channel) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.writeBytes("LISTEN ".getBytes(StandardCharsets.US_ASCII));
        identifier(sql, channel);
        return sql.toByteArray();
    }

    static byte[] prepare(byte[] name, byte[] types, byte[] statement) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.writeBytes("PREPARE ".getBytes(StandardCharsets.US_ASCII));
        identifier(sql, name);
        sql.write('(');
        sql.writeBytes(types);
        sql.writeBytes(") AS ".getBytes(StandardCharsets.US_ASCII));
        sql.writeBytes(statement);
        return sql.toByteArray();
    }

    private static void identifier(ByteArrayOutputStream sql, byte[] name) {
        sql.write('"');
        for (byte b : name) {
            if (b == '"') {
                sql.write('"');
            }
            sql.write(b);
        }
        sql.write('"');
    }
}
