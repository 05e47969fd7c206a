package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.Verification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what a verification found. Safe for use by several threads. */
final class PostgresVerifiedTables {
    private final Map<String, PostgresRowHashes.Totals> tables = new HashMap<>();
    private final List<PostgresPendingRows.Pending> pending = new ArrayList<>();
    private int chunks;
    private int recheckedChunks;

    synchronized void add(PostgresTable table, PostgresRowHashes.Totals totals, boolean rechecked) {
        tables.merge(table.name(), totals, PostgresRowHashes.Totals::plus);
        chunks++;
        if (rechecked) {
            recheckedChunks++;
        }
    }

    synchronized void addPending(PostgresPendingRows.Pending rows) {
        pending.add(rows);
    }

    synchronized List<PostgresPendingRows.Pending> pending() {
        return List.copyOf(pending);
    }

    synchronized Verification result(int tableCount) {
        long rows = tables.values().stream()
                .mapToLong(PostgresRowHashes.Totals::rows)
                .sum();
        return new Verification(rows, tableCount, chunks, recheckedChunks, PostgresVerifier.digest(tables));
    }
}
