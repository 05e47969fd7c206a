package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ParallelTasks;
import io.godwit.replication.engine.UndoRecords;
import io.godwit.replication.engine.Verification;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** Compares every row of all tables while writes go on. */
final class PostgresVerifier {
    private final PostgresSessions sessions;
    private final PostgresDeputy deputy;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresVerifier(PostgresSessions sessions, PostgresDeputy deputy, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.deputy = deputy;
        this.records = records;
        this.limits = limits;
    }

    Verification verify(ChangeStream stream) throws Exception {
        List<PostgresTable> tables = sessions.with(stream.source(), PostgresCatalog::tables);
        PostgresVerifiedTables verified = new PostgresVerifiedTables();
        try (PostgresKeyRanges ranges = new PostgresKeyRanges(
                deputy.open(stream.migrationId(), stream.source()),
                tables.stream().filter(table -> !table.key().isEmpty()).toList(),
                limits.verifyChunkRows())) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int worker = 0; worker < limits.verifyWorkers(); worker++) {
                int number = worker;
                tasks.add(() -> compareRanges(stream, number, ranges, verified));
            }
            ParallelTasks.run(tasks);
        }
        for (PostgresTable table : tables) {
            if (table.key().isEmpty()) {
                new PostgresMultisetComparison(deputy, stream, limits).compare(table, verified);
            }
        }
        PostgresPendingRows.save(records, stream, verified.pending());
        return verified.result(tables.size());
    }

    private boolean compareRanges(
            ChangeStream stream, int worker, PostgresKeyRanges ranges, PostgresVerifiedTables verified)
            throws Exception {
        try (PostgresSession source = deputy.open(stream.migrationId(), stream.source());
                PostgresSession target = deputy.open(stream.migrationId(), stream.target())) {
            PostgresKeyedComparison comparison =
                    new PostgresKeyedComparison(stream, "verify " + worker, source, target, limits);
            for (PostgresKeyRanges.Range range = ranges.next(); range != null; range = ranges.next()) {
                comparison.compare(range, verified);
            }
            return true;
        }
    }

    /** Hashes the tables' sums, so that the digest does not depend on how the rows were cut into chunks. */
    static String digest(Map<String, PostgresRowHashes.Totals> tables) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(tables)
                    .forEach((table, totals) -> digest.update(
                            (table + "|" + totals.rows() + "|" + totals.first() + "|" + totals.second() + "\n")
                                    .getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
