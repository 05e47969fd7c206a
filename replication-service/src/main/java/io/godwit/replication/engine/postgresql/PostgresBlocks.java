package io.godwit.replication.engine.postgresql;

import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of one table, which hold the same rows on a server and its standby.
 *
 * @param table qualified and quoted, as SQL takes it
 * @param from the first block
 * @param to the first block after them
 */
record PostgresBlocks(String table, long from, long to) {

    /** @param size in blocks; the last piece has no end, lest rows be missed that come meanwhile */
    static List<PostgresBlocks> of(PostgresTable table, long size) {
        List<PostgresBlocks> pieces = new ArrayList<>();
        for (long block = 0; block + size < table.pages(); block += size) {
            pieces.add(new PostgresBlocks(table.name(), block, block + size));
        }
        long begun = pieces.isEmpty() ? 0 : pieces.getLast().to();
        pieces.add(new PostgresBlocks(table.name(), begun, Integer.MAX_VALUE));
        return pieces;
    }

    List<PostgresBlocks> split(long size) {
        List<PostgresBlocks> pieces = new ArrayList<>();
        long end = Math.min(to, from + size * 64);
        for (long block = from; block < end; block += size) {
            pieces.add(new PostgresBlocks(table, block, Math.min(block + size, end)));
        }
        if (end < to) {
            pieces.add(new PostgresBlocks(table, end, to));
        }
        return pieces;
    }

    String condition() {
        return "WHERE godwit_whole_row.ctid >= '(" + from + ",0)'::tid AND godwit_whole_row.ctid < '(" + to
                + ",0)'::tid";
    }
}
