package io.godwit.replication.engine.postgresql;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of a table's pages, copied by one statement.
 *
 * @param fromPage inclusive
 * @param toPage exclusive; negative for the last chunk, which has no end
 * @param bytes the size of the range on the source
 */
record PostgresCopyChunk(PostgresTable table, long fromPage, long toPage, long bytes) {

    /** The chunks of all tables, in the tables' order. */
    static List<PostgresCopyChunk> of(List<PostgresTable> tables, long chunkBytes) {
        List<PostgresCopyChunk> chunks = new ArrayList<>();
        for (PostgresTable table : tables) {
            // Long values live outside the pages, so a page may stand for more than its own size.
            long bytesPerPage = table.pages() == 0 ? 0 : Math.max(1, table.bytes() / table.pages());
            long step = bytesPerPage == 0 ? 1 : Math.max(1, chunkBytes / bytesPerPage);
            long from = 0;
            while (from + step < table.pages()) {
                chunks.add(new PostgresCopyChunk(table, from, from + step, step * bytesPerPage));
                from += step;
            }
            chunks.add(new PostgresCopyChunk(table, from, -1, (table.pages() - from) * bytesPerPage));
        }
        return chunks;
    }

    String selectSql() {
        String where = fromPage == 0 && toPage < 0
                ? ""
                : " WHERE ctid >= '(" + fromPage + ",0)'" + (toPage < 0 ? "" : " AND ctid < '(" + toPage + ",0)'");
        return "SELECT " + table.columnList() + " FROM ONLY " + table.name() + where;
    }
}
