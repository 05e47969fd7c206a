package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows that changed too often to be compared while writes went on; they are compared when the source stands still. */
final class PostgresPendingRows {
    static final String RECORD = "PENDING_ROWS";

    private PostgresPendingRows() {}

    static void save(UndoRecords records, ChangeStream stream, List<Pending> pending) {
        String serverId = stream.source().server().serverId();
        if (pending.isEmpty()) {
            records.remove(stream.migrationId(), serverId, RECORD);
        } else {
            records.save(stream.migrationId(), serverId, RECORD, new All(pending));
        }
    }

    static List<Pending> load(UndoRecords records, ChangeStream stream) {
        return records.find(stream.migrationId(), stream.source().server().serverId(), RECORD, All.class)
                .map(All::rows)
                .orElse(List.of());
    }

    /**
     * Compares them now; nothing may write.
     *
     * @throws ReplicationException {@code VERIFICATION_FAILED}
     */
    static void requireEqual(List<Pending> pending, PostgresSession source, PostgresSession target)
            throws SQLException {
        for (Pending rows : pending) {
            if (rows.keys().isEmpty()) {
                PostgresRowHashes.Totals there = PostgresRowHashes.totals(source, rows.table());
                PostgresRowHashes.Totals here = PostgresRowHashes.totals(target, rows.table());
                if (!there.equals(here)) {
                    throw differs(
                            rows.table(),
                            there.rows() + " rows on the source, " + here.rows() + " on the target, or not the same");
                }
            } else {
                Map<List<String>, Long> there =
                        PostgresRowHashes.ofKeys(source, rows.table(), rows.columns(), rows.keys());
                Map<List<String>, Long> here =
                        PostgresRowHashes.ofKeys(target, rows.table(), rows.columns(), rows.keys());
                for (List<String> key : rows.keys()) {
                    if (!java.util.Objects.equals(there.get(key), here.get(key))) {
                        throw differs(rows.table(), "the row with key " + key);
                    }
                }
            }
        }
    }

    static ReplicationException differs(String table, String what) {
        return new ReplicationException(
                "VERIFICATION_FAILED",
                Failure.Kind.CONFLICT,
                "table " + table + " is not the same on source and target: " + what);
    }

    record All(List<Pending> rows) {}

    /** @param keys empty means the whole table */
    record Pending(String table, List<PostgresTable.Key> columns, List<List<String>> keys) {
        static Pending wholeTable(PostgresTable table) {
            return new Pending(table.name(), List.of(), new ArrayList<>());
        }
    }
}
