package io.godwit.replication.engine.postgresql;

import java.util.List;

/**
 * A table that holds rows of its own: an ordinary table or a leaf of a partitioned one.
 *
 * @param name qualified and quoted, as SQL takes it
 * @param columns those that are stored rather than generated, in their order
 * @param key the columns, with their types, by which a row is found; empty if the table has no usable key
 * @param binary whether the values of all columns mean the same on every server in binary form
 */
record PostgresTable(
        String name, List<String> columns, List<Key> key, boolean binary, long bytes, long pages, long estimatedRows) {

    /** @param type as SQL takes it in a cast */
    record Key(String column, String type) {}

    String columnList() {
        return String.join(", ", columns);
    }
}
