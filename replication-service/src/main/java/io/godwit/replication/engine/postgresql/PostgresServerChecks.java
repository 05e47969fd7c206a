package io.godwit.replication.engine.postgresql;

import static io.godwit.events.Finding.Severity.BLOCKER;
import static io.godwit.events.Finding.Severity.WARNING;

import io.godwit.events.Finding;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What preflight asks of a server as a whole: that it can give or take a stream, and one back. */
final class PostgresServerChecks {
    private static final int OLDEST_VERSION = 14;

    /** Shorter ones come and go. */
    private static final Duration LONG = Duration.ofSeconds(5);

    private PostgresServerChecks() {}

    static List<Finding> source(PostgresSession session) throws SQLException {
        List<Finding> findings = both(session, "source");
        PostgresOpenTransaction.olderThan(session, LONG).stream()
                .map(PostgresServerChecks::longTransaction)
                .forEach(findings::add);
        return findings;
    }

    private static Finding longTransaction(PostgresOpenTransaction transaction) {
        boolean own = transaction.owner() != null;
        return new Finding(
                WARNING,
                "LONG_TRANSACTION",
                transaction.name(),
                transaction.describe() + ", has written something; the copy can't begin before it has ended",
                own ? "end the transaction, or wait for it" : "wait for its end, or ask the server's operator");
    }

    static List<Finding> target(PostgresSession session) throws SQLException {
        return both(session, "target");
    }

    /** What a database needs there that no stream leads to. */
    static List<Finding> targetOfRestore(PostgresSession session) throws SQLException {
        return server(session, "target");
    }

    private static List<Finding> server(PostgresSession session, String side) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        int version = PostgresCatalog.majorVersion(session);
        if (version < OLDEST_VERSION) {
            findings.add(blocker(
                    "VERSION_TOO_OLD",
                    "the " + side + " server has version " + version + "; expected at least " + OLDEST_VERSION,
                    "upgrade the server"));
        }
        if (session.isTrue("SELECT pg_is_in_recovery()")) {
            findings.add(blocker(
                    "SERVER_IS_STANDBY",
                    "the " + side + " server is a standby; expected one that accepts writes",
                    "name the primary server"));
        }
        return findings;
    }

    private static List<Finding> both(PostgresSession session, String side) throws SQLException {
        List<Finding> findings = server(session, side);
        String walLevel = session.one("SHOW wal_level", row -> row.getString(1));
        if (!walLevel.equals("logical")) {
            findings.add(blocker(
                    "WAL_LEVEL",
                    "wal_level is " + walLevel + " on the " + side + " server; expected logical",
                    "set wal_level = logical and restart the server"));
        }
        requireFree(
                findings,
                session,
                side,
                "max_replication_slots",
                "SELECT current_setting('max_replication_slots')::bigint - count(*) FROM pg_replication_slots");
        requireFree(
                findings,
                session,
                side,
                "max_wal_senders",
                "SELECT current_setting('max_wal_senders')::bigint - count(*) FROM pg_stat_replication");
        requireFree(
                findings,
                session,
                side,
                "max_logical_replication_workers",
                "SELECT current_setting('max_logical_replication_workers')::bigint - count(pid)"
                        + " FROM pg_stat_subscription");
        return findings;
    }

    /** Each side gives one stream and takes one, though never at the same time. */
    private static void requireFree(
            List<Finding> findings, PostgresSession session, String side, String setting, String sql)
            throws SQLException {
        long free = session.one(sql, row -> row.getLong(1));
        if (free < 1) {
            findings.add(blocker(
                    "NONE_FREE_OF_" + setting.toUpperCase(java.util.Locale.ROOT),
                    setting + " leaves none free on the " + side + " server; expected one",
                    "raise " + setting + " and restart the server, or remove what is not used any more"));
        }
    }

    private static Finding blocker(String code, String message, String remedy) {
        return new Finding(BLOCKER, code, null, message, remedy);
    }
}
