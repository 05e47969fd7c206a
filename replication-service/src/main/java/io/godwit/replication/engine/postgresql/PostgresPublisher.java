package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The giving end of a stream: a publication and a slot of the same name. */
final class PostgresPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPublisher.class);
    private static final Duration RELEASE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration STATEMENT_START = Duration.ofSeconds(1);

    private static final String RUNNING_SINCE_BEFORE = """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                           WHERE datname = current_database() AND backend_type = 'client backend' AND state = 'active'
                             AND pid <> pg_backend_pid() AND query_start < CAST(? AS timestamptz))""";

    private PostgresPublisher() {}

    /**
     * Publishes these tables. One that is made later is added in the transaction that makes it, with an identity: without,
     * the tenant's updates of it would fail.
     */
    static void publish(PostgresSession session, String stream, List<PostgresTable> tables) throws SQLException {
        String list = Stream.concat(
                        Stream.of(PostgresMarker.TABLE, PostgresDdlCapture.TABLE),
                        tables.stream().map(PostgresTable::name))
                .map(table -> "ONLY " + table)
                .collect(Collectors.joining(", "));
        session.execute("CREATE PUBLICATION " + PostgresNames.quoted(stream) + " FOR TABLE " + list
                + " WITH (publish = 'insert, update, delete, truncate')");
    }

    /** Whether publication and slot are there, with every table, and can be used. */
    static boolean isComplete(PostgresSession session, String stream) throws SQLException {
        return hasSlot(session, stream)
                && session.isTrue(
                        "SELECT EXISTS (SELECT FROM pg_publication p WHERE pubname = ? AND NOT EXISTS ("
                                + PostgresCatalog.COPIED_TABLES + " AND NOT EXISTS (SELECT FROM pg_publication_rel r"
                                + " WHERE r.prpubid = p.oid AND r.prrelid = c.oid)))",
                        stream);
    }

    static boolean hasSlot(PostgresSession session, String stream) throws SQLException {
        return session.isTrue(
                "SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ? AND wal_status <> 'lost')",
                stream);
    }

    /**
     * Makes a slot that begins now, which waits for transactions that run already.
     *
     * @param awaited these, for people, asked when they were waited for in vain; empty if they are not known
     */
    static void createSlot(PostgresSession session, String stream, Duration timeout, Supplier<String> awaited)
            throws SQLException {
        session.execute("SET statement_timeout = " + timeout.toMillis());
        try {
            session.one(
                    "SELECT slot_name FROM pg_create_logical_replication_slot(?, 'pgoutput')",
                    row -> row.getString(1),
                    stream);
        } catch (SQLException e) {
            throw PostgresExportedSnapshot.asNotReady(e, timeout, awaited.get());
        } finally {
            session.execute("SET statement_timeout = 0");
        }
    }

    /**
     * Moves the slot to the present: what was committed until now will not be sent, also what is not on the disk yet, as
     * the commits of a stream's worker.
     */
    static void advanceSlot(PostgresSession session, String stream) throws SQLException {
        // Where the log is flushed to would not do: that may be in the middle of a record, whose rest the server then
        // waits for, until the WAL writer's next round. A message ends a record, and its commit brings it to the disk.
        String present =
                session.one("SELECT pg_logical_emit_message(true, 'godwit', '')::text", row -> row.getString(1));
        session.one(
                "SELECT end_lsn FROM pg_replication_slot_advance(?, CAST(? AS pg_lsn))",
                row -> row.getString(1),
                stream,
                present);
    }

    /** How much log the server keeps for the slot. */
    static long retainedBytes(PostgresSession session, String stream) throws SQLException {
        return session.one("""
                SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::bigint
                FROM pg_replication_slots WHERE slot_name = ?""", row -> row.getLong(1), stream);
    }

    /**
     * Takes the tenant's tables from a publication and lets statements end that may have found them there. A statement
     * that changes a table lists its publications first and looks each up after that; it fails if one of them is dropped
     * in between.
     */
    private static void empty(PostgresSession session, String stream) throws SQLException, InterruptedException {
        try {
            session.execute("SET lock_timeout = " + LOCK_TIMEOUT.toMillis() + "; ALTER PUBLICATION "
                    + PostgresNames.quoted(stream) + " SET TABLE ONLY " + PostgresMarker.TABLE
                    + "; RESET lock_timeout");
        } catch (SQLException e) {
            // Its end is not put off for a table that somebody keeps locked, or for a schema that is already gone.
            LOG.atDebug()
                    .setMessage("Could not empty a publication before it is dropped")
                    .addKeyValue("publication", stream)
                    .setCause(e)
                    .log();
            return;
        }
        String emptied = session.one("SELECT clock_timestamp()::text", row -> row.getString(1));
        long deadline = System.nanoTime() + STATEMENT_START.toNanos();
        // One that goes on for longer has long been past its start.
        while (session.isTrue(RUNNING_SINCE_BEFORE, emptied) && System.nanoTime() - deadline < 0) {
            Thread.sleep(POLL);
        }
    }

    /** Removes publication and slot, ending whoever reads the slot. */
    static void remove(PostgresSession session, String stream) throws SQLException, InterruptedException {
        if (session.isTrue("SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = ?)", stream)) {
            empty(session, stream);
            session.execute("DROP PUBLICATION IF EXISTS " + PostgresNames.quoted(stream));
        }
        long deadline = System.nanoTime() + RELEASE.toNanos();
        while (session.isTrue("SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ?)", stream)) {
            session.list(
                    "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                            + " WHERE slot_name = ? AND active_pid IS NOT NULL",
                    row -> row.getBoolean(1),
                    stream);
            session.list(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                            + " WHERE slot_name = ? AND NOT active",
                    row -> true,
                    stream);
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "SLOT_IN_USE",
                        Failure.Kind.TRANSIENT,
                        "replication slot " + stream + " is still in use after " + RELEASE);
            }
            Thread.sleep(POLL);
        }
    }
}
