package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Compares ranges of rows that can be told by a key. Where a range differs because writes went on, its rows are looked at
 * one by one: the source before, then the target when it has reached that point, then the source again. A row that is the
 * same both times on the source must be that on the target too.
 */
final class PostgresKeyedComparison {
    private static final int ROUNDS = 8;
    private static final int STRIKES = 3;
    private static final int PENDING_MAX = 5_000;

    private final PostgresSession source;
    private final PostgresSession target;
    private final MoveLimits limits;
    private final String marker;

    /** @param worker makes the marker this comparison's own: others write theirs at the same time */
    PostgresKeyedComparison(
            ChangeStream stream, String worker, PostgresSession source, PostgresSession target, MoveLimits limits) {
        this.source = source;
        this.target = target;
        this.limits = limits;
        this.marker = PostgresNames.side(stream.migrationId(), stream.source().server()) + " " + worker;
    }

    void compare(PostgresKeyRanges.Range range, PostgresVerifiedTables verified)
            throws SQLException, InterruptedException {
        PostgresTable table = range.table();
        String condition = range.condition();
        List<String> parameters = range.parameters();
        PostgresRowHashes.Totals there = PostgresRowHashes.totals(source, table.name(), condition, parameters);
        PostgresRowHashes.Totals here = PostgresRowHashes.totals(target, table.name(), condition, parameters);
        boolean equal = there.equals(here);
        if (!equal) {
            settle(range, verified);
        }
        verified.add(table, there, !equal);
    }

    private void settle(PostgresKeyRanges.Range range, PostgresVerifiedTables verified)
            throws SQLException, InterruptedException {
        PostgresTable table = range.table();
        Reader all = session ->
                PostgresRowHashes.byKey(session, table.name(), table.key(), range.condition(), range.parameters());
        Round round = look(all, Set.of());
        Set<List<String>> stableForAllRounds = round.stable;
        for (int number = 2; !round.open().isEmpty(); number++) {
            if (round.open().size() > PENDING_MAX) {
                throw new ReplicationException(
                        "VERIFICATION_NOT_SETTLED",
                        Failure.Kind.TRANSIENT,
                        "table " + table.name() + ": " + round.open().size()
                                + " rows of one chunk differ between source and target or change too quickly to compare;"
                                + " expected at most " + PENDING_MAX);
            }
            List<List<String>> open = new ArrayList<>(round.open());
            if (number > ROUNDS) {
                verified.addPending(new PostgresPendingRows.Pending(table.name(), table.key(), open));
                return;
            }
            Thread.sleep(10L * number);
            round = look(session -> PostgresRowHashes.ofKeys(session, table.name(), table.key(), open), round.open());
            stableForAllRounds.retainAll(round.stable);
            if (number >= STRIKES && !stableForAllRounds.isEmpty()) {
                throw PostgresPendingRows.differs(
                        table.name(),
                        stableForAllRounds.size() + " rows, for example the one with key "
                                + stableForAllRounds.iterator().next());
            }
        }
    }

    private Round look(Reader reader, Set<List<String>> expected) throws SQLException, InterruptedException {
        Map<List<String>, Long> before = reader.read(source);
        String position = PostgresMarker.write(source, marker);
        PostgresMarker.await(target, marker, position, limits.flushTimeout());
        Map<List<String>, Long> here = reader.read(target);
        Map<List<String>, Long> after = reader.read(source);

        Set<List<String>> keys = new HashSet<>(expected);
        keys.addAll(before.keySet());
        keys.addAll(here.keySet());
        keys.addAll(after.keySet());
        Set<List<String>> stable = new HashSet<>();
        Set<List<String>> moving = new HashSet<>();
        for (List<String> key : keys) {
            Long first = before.get(key);
            Long second = after.get(key);
            Long found = here.get(key);
            if (!Objects.equals(found, first) && !Objects.equals(found, second)) {
                (Objects.equals(first, second) ? stable : moving).add(key);
            }
        }
        return new Round(stable, moving);
    }

    /** Reads the hashes of the rows in question on one side. */
    private interface Reader {
        Map<List<String>, Long> read(PostgresSession session) throws SQLException;
    }

    /**
     * @param stable rows that differ though the source did not change them
     * @param moving rows that differ and that the source was changing
     */
    private record Round(Set<List<String>> stable, Set<List<String>> moving) {
        Set<List<String>> open() {
            Set<List<String>> open = new HashSet<>(stable);
            open.addAll(moving);
            return open;
        }
    }
}
