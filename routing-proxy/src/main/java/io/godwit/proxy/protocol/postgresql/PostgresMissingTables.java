package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * What must be done for a session's temporary tables to be there.
 *
 * @param made those that must be made first
 * @param changes of rows, in these and in those that are there
 * @param positions statements that set those of sequences
 */
record PostgresMissingTables(PostgresTemporaryTables made, List<RowChange> changes, List<PostgresText> positions) {
    static final PostgresMissingTables NONE = all(PostgresTemporaryTables.NONE);

    /**
     * Of one table.
     *
     * @param table with the rows that are missing
     * @param instead whether they take the place of those that are there
     */
    record RowChange(PostgresTemporaryTables.Table table, boolean instead) {}

    /** Where none of the tables is. */
    static PostgresMissingTables all(PostgresTemporaryTables tables) {
        return new PostgresMissingTables(
                tables,
                tables.tables().stream()
                        .map(table -> new RowChange(table, false))
                        .toList(),
                tables.positions());
    }

    /** Where all of the tables are. */
    static PostgresMissingTables rows(List<RowChange> changes, List<PostgresText> positions) {
        return new PostgresMissingTables(PostgresTemporaryTables.NONE, changes, positions);
    }

    boolean isEmpty() {
        return made.isEmpty() && changes.isEmpty() && positions.isEmpty();
    }

    /** Writes a Query that does it in one transaction, and the data that it waits for. */
    void writeTo(ByteBuf out) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.writeBytes(PostgresQuoting.ascii(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT " + PostgresTemporaryTables.FORMATS));
        made.before().forEach(statement -> append(sql, statement.bytes()));
        for (PostgresTemporaryTables.Table table : made.tables()) {
            append(sql, table.createSql().bytes());
            sql.writeBytes(PostgresQuoting.ascii(table.emptiedAtCommit() ? " ON COMMIT DELETE ROWS" : ""));
        }
        changes.stream()
                .filter(RowChange::instead)
                .forEach(change -> append(sql, change.table().deleteSql()));
        changes.forEach(change -> append(sql, change.table().copyInSql()));
        made.afterwards().forEach(statement -> append(sql, statement.bytes()));
        positions.forEach(statement -> append(sql, statement.bytes()));
        append(sql, PostgresQuoting.ascii("COMMIT"));
        PostgresClientMessages.query(out, sql.toByteArray());
        // The server takes the data where it comes to the COPY, and ignores them if it does not come so far.
        for (RowChange change : changes) {
            PostgresClientMessages.copyData(out, change.table().rows().bytes());
            PostgresClientMessages.copyDone(out);
        }
    }

    private static void append(ByteArrayOutputStream sql, byte[] statement) {
        sql.writeBytes(PostgresQuoting.ascii("; "));
        sql.writeBytes(statement);
    }
}
