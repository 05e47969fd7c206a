package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/**
 * What must be done for a session's temporary tables to be there: make them, or only exchange their rows.
 *
 * @param onlyRows whether the tables are there, with other rows, which these take the place of
 */
record PostgresMissingTables(PostgresTemporaryTables tables, boolean onlyRows) {
    static final PostgresMissingTables NONE = all(PostgresTemporaryTables.NONE);

    static PostgresMissingTables all(PostgresTemporaryTables tables) {
        return new PostgresMissingTables(tables, false);
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    /** Writes a Query that does it in one transaction, and the data that it waits for. */
    void writeTo(ByteBuf out) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.writeBytes(PostgresQuoting.ascii(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT " + PostgresTemporaryTables.FORMATS));
        if (onlyRows) {
            tables.tables().forEach(table -> append(sql, table.deleteSql()));
        } else {
            tables.before().forEach(statement -> append(sql, statement.bytes()));
            for (PostgresTemporaryTables.Table table : tables.tables()) {
                append(sql, table.createSql().bytes());
                sql.writeBytes(PostgresQuoting.ascii(table.emptiedAtCommit() ? " ON COMMIT DELETE ROWS" : ""));
            }
        }
        tables.tables().forEach(table -> append(sql, table.copyInSql()));
        if (!onlyRows) {
            tables.afterwards().forEach(statement -> append(sql, statement.bytes()));
        }
        tables.positions().forEach(statement -> append(sql, statement.bytes()));
        append(sql, PostgresQuoting.ascii("COMMIT"));
        PostgresClientMessages.query(out, sql.toByteArray());
        // The server takes the data where it comes to the COPY, and ignores them if it does not come so far.
        for (PostgresTemporaryTables.Table table : tables.tables()) {
            PostgresClientMessages.copyData(out, table.rows().bytes());
            PostgresClientMessages.copyDone(out);
        }
    }

    private static void append(ByteArrayOutputStream sql, byte[] statement) {
        sql.writeBytes(PostgresQuoting.ascii("; "));
        sql.writeBytes(statement);
    }
}
