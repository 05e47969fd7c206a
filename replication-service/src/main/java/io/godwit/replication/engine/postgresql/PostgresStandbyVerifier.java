package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ParallelTasks;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import io.godwit.replication.engine.Verification;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares all rows of a server and its standby, block by block, while writes go on. What changes faster than it can be
 * compared is compared once more when nobody writes.
 */
final class PostgresStandbyVerifier {
    private static final String RECORD = "RESTLESS_BLOCKS";
    private static final long LARGE = 4096;
    private static final long SMALL = 64;
    private static final int TRIES = 3;
    private static final int MOST_RESTLESS = 100;
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String CONFLICT_WITH_RECOVERY = "40001";

    private final PostgresSessions sessions;
    private final PostgresStandby standby;
    private final UndoRecords records;
    private final MoveLimits limits;

    PostgresStandbyVerifier(
            PostgresSessions sessions, PostgresStandby standby, UndoRecords records, MoveLimits limits) {
        this.sessions = sessions;
        this.standby = standby;
        this.records = records;
        this.limits = limits;
    }

    Verification verify(ChangeStream stream) throws SQLException, InterruptedException {
        List<PostgresTable> tables = sessions.with(stream.source(), PostgresCatalog::tables);
        PostgresVerifiedTables verified = new PostgresVerifiedTables();
        List<PostgresBlocks> restless = new ArrayList<>();
        for (PostgresTable table : tables) {
            for (PostgresBlocks blocks : PostgresBlocks.of(table, LARGE)) {
                if (isEqual(stream, table, blocks, verified)) {
                    continue;
                }
                for (PostgresBlocks piece : blocks.split(SMALL)) {
                    if (!isEqual(stream, table, piece, verified)) {
                        restless.add(piece);
                    }
                }
            }
        }
        if (restless.size() > MOST_RESTLESS) {
            throw new ReplicationException(
                    "TOO_MANY_CHANGES",
                    Failure.Kind.EXHAUSTED,
                    restless.size() + " pieces of tables change faster than they can be compared; expected at most "
                            + MOST_RESTLESS);
        }
        records.save(stream.migrationId(), stream.source().server().serverId(), RECORD, new Restless(restless));
        return verified.result(tables.size());
    }

    private boolean isEqual(
            ChangeStream stream, PostgresTable table, PostgresBlocks blocks, PostgresVerifiedTables verified)
            throws SQLException, InterruptedException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<PostgresRowHashes.Totals> there = sessions.with(stream.source(), source -> totals(source, blocks));
            standby.awaitReplayed(stream, standby.mark(stream.source()), limits.stallTimeout());
            Optional<PostgresRowHashes.Totals> here = sessions.with(stream.target(), target -> totals(target, blocks));
            if (there.equals(here)) {
                verified.add(table, there.orElse(PostgresRowHashes.Totals.NONE), attempt > 0);
                return true;
            }
        }
        return false;
    }

    /**
     * Compares what {@link #verify} could not. To be called when nobody writes and the standby has everything.
     *
     * @throws ReplicationException {@code ROWS_DIFFER} if something is not the same
     */
    void compareRestless(ChangeStream stream) throws Exception {
        List<PostgresBlocks> restless = records.find(
                        stream.migrationId(), stream.source().server().serverId(), RECORD, Restless.class)
                .map(Restless::blocks)
                .orElse(List.of());
        if (restless.isEmpty()) {
            return;
        }
        ParallelTasks.Both<List<Optional<PostgresRowHashes.Totals>>, List<Optional<PostgresRowHashes.Totals>>> sides =
                ParallelTasks.both(
                        () -> sessions.with(stream.source(), source -> all(source, restless)),
                        () -> sessions.with(stream.target(), target -> all(target, restless)));
        for (int i = 0; i < restless.size(); i++) {
            if (!sides.first().get(i).equals(sides.second().get(i))) {
                throw new ReplicationException(
                        "ROWS_DIFFER",
                        Failure.Kind.CONFLICT,
                        "blocks " + restless.get(i).from() + " to "
                                + restless.get(i).to() + " of table "
                                + restless.get(i).table() + " differ between the servers; expected a standby to have"
                                + " what its leader has");
            }
        }
    }

    void forget(ChangeStream stream) {
        records.remove(stream.migrationId(), stream.source().server().serverId(), RECORD);
    }

    private static List<Optional<PostgresRowHashes.Totals>> all(PostgresSession session, List<PostgresBlocks> pieces)
            throws SQLException {
        List<Optional<PostgresRowHashes.Totals>> all = new ArrayList<>();
        for (PostgresBlocks piece : pieces) {
            all.add(totals(session, piece));
        }
        return all;
    }

    /** Empty if the table is gone, or the standby had to go on without waiting for the comparison. */
    private static Optional<PostgresRowHashes.Totals> totals(PostgresSession session, PostgresBlocks blocks)
            throws SQLException {
        try {
            return Optional.of(PostgresRowHashes.totals(session, blocks.table(), blocks.condition(), List.of()));
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState()) || CONFLICT_WITH_RECOVERY.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    record Restless(List<PostgresBlocks> blocks) {}
}
