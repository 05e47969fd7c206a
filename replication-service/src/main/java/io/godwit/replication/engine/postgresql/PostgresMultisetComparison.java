package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares a table whose rows have no key: how often each row occurs. The rows' hashes take the place of keys; they are
 * sorted by the servers and merged as they come, so that no table is too large.
 */
final class PostgresMultisetComparison {
    private static final int QUICK_ATTEMPTS = 2;
    private static final int ROUNDS = 8;
    private static final int STRIKES = 3;
    private static final int OPEN_MAX = 10_000;
    private static final int FETCH_ROWS = 5_000;

    private final PostgresDeputy deputy;
    private final ChangeStream stream;
    private final MoveLimits limits;
    private final String marker;

    PostgresMultisetComparison(PostgresDeputy deputy, ChangeStream stream, MoveLimits limits) {
        this.deputy = deputy;
        this.stream = stream;
        this.limits = limits;
        this.marker = PostgresNames.side(stream.migrationId(), stream.source().server()) + " multiset";
    }

    void compare(PostgresTable table, PostgresVerifiedTables verified) throws SQLException, InterruptedException {
        try (PostgresSession source = deputy.open(stream.migrationId(), stream.source());
                PostgresSession target = deputy.open(stream.migrationId(), stream.target());
                PostgresSession sourceAgain = deputy.open(stream.migrationId(), stream.source())) {
            for (PostgresSession session : List.of(source, target, sourceAgain)) {
                session.allowSilence(limits.statementTimeout());
            }
            PostgresRowHashes.Totals before = PostgresRowHashes.totals(source, table.name());
            for (int attempt = 1; attempt <= QUICK_ATTEMPTS; attempt++) {
                awaitTarget(sourceAgain, target);
                PostgresRowHashes.Totals here = PostgresRowHashes.totals(target, table.name());
                PostgresRowHashes.Totals after = PostgresRowHashes.totals(source, table.name());
                if (here.equals(before) || here.equals(after)) {
                    verified.add(table, here, attempt > 1);
                    return;
                }
                before = after;
            }
            settle(table, source, target, sourceAgain, verified);
            verified.add(table, before, true);
        }
    }

    private void settle(
            PostgresTable table,
            PostgresSession source,
            PostgresSession target,
            PostgresSession sourceAgain,
            PostgresVerifiedTables verified)
            throws SQLException, InterruptedException {
        Round round = look(table, source, target, sourceAgain, null);
        Set<Long> stableForAllRounds = round.stable;
        for (int number = 2; !round.open().isEmpty(); number++) {
            if (round.open().size() > OPEN_MAX || number > ROUNDS) {
                verified.addPending(PostgresPendingRows.Pending.wholeTable(table));
                return;
            }
            Thread.sleep(10L * number);
            round = look(table, source, target, sourceAgain, round.open().toArray(Long[]::new));
            stableForAllRounds.retainAll(round.stable);
            if (number >= STRIKES && !stableForAllRounds.isEmpty()) {
                throw PostgresPendingRows.differs(
                        table.name(), stableForAllRounds.size() + " rows are not there equally often on both");
            }
        }
    }

    private Round look(
            PostgresTable table,
            PostgresSession source,
            PostgresSession target,
            PostgresSession sourceAgain,
            Long @org.jspecify.annotations.Nullable [] only)
            throws SQLException, InterruptedException {
        String sql = PostgresRowHashes.countsSql(table.name(), only != null);
        try (Counts before = new Counts(source, sql, only)) {
            awaitTarget(sourceAgain, target);
            try (Counts here = new Counts(target, sql, only);
                    Counts after = new Counts(sourceAgain, sql, only)) {
                return merge(table, before, here, after);
            }
        }
    }

    private void awaitTarget(PostgresSession source, PostgresSession target) throws SQLException, InterruptedException {
        PostgresMarker.await(target, marker, PostgresMarker.write(source, marker), limits.flushTimeout());
    }

    private static Round merge(PostgresTable table, Counts before, Counts here, Counts after) throws SQLException {
        Set<Long> stable = new HashSet<>();
        Set<Long> moving = new HashSet<>();
        while (before.more || here.more || after.more) {
            long hash = Math.min(before.hash(), Math.min(here.hash(), after.hash()));
            long first = before.take(hash);
            long found = here.take(hash);
            long second = after.take(hash);
            if (found < Math.min(first, second) || found > Math.max(first, second)) {
                (first == second ? stable : moving).add(hash);
                if (stable.size() + moving.size() > 100 * OPEN_MAX) {
                    throw new ReplicationException(
                            "VERIFICATION_NOT_SETTLED",
                            Failure.Kind.TRANSIENT,
                            "table " + table.name() + " has no key, and more than " + 100 * OPEN_MAX
                                    + " of its rows differ between source and target or change too quickly to compare");
                }
            }
        }
        return new Round(stable, moving);
    }

    private record Round(Set<Long> stable, Set<Long> moving) {
        Set<Long> open() {
            Set<Long> open = new HashSet<>(stable);
            open.addAll(moving);
            return open;
        }
    }

    /** One side's counts, as a stream: the server sorts them as they were when this was made. */
    private static final class Counts implements AutoCloseable {
        private final PostgresSession session;
        private final PreparedStatement statement;
        private final ResultSet rows;
        private boolean more;

        Counts(PostgresSession session, String sql, Long @org.jspecify.annotations.Nullable [] only)
                throws SQLException {
            this.session = session;
            // Only inside a transaction does the driver fetch in portions.
            session.connection().setAutoCommit(false);
            this.statement = session.connection().prepareStatement(sql);
            statement.setFetchSize(FETCH_ROWS);
            if (only != null) {
                statement.setArray(1, session.connection().createArrayOf("bigint", only));
            }
            this.rows = statement.executeQuery();
            this.more = rows.next();
        }

        long hash() throws SQLException {
            return more ? rows.getLong(1) : Long.MAX_VALUE;
        }

        long take(long hash) throws SQLException {
            if (!more || rows.getLong(1) != hash) {
                return 0;
            }
            long copies = rows.getLong(2);
            more = rows.next();
            return copies;
        }

        @Override
        public void close() throws SQLException {
            rows.close();
            statement.close();
            session.connection().commit();
            session.connection().setAutoCommit(true);
        }
    }
}
