package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Gives every table an identity under which its changes can be followed, and takes it back after the move. */
final class PostgresReplicaIdentity {
    private static final String RECORD = "REPLICA_IDENTITY";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int LOCK_ATTEMPTS = 20;
    private static final Duration LOCK_PAUSE = Duration.ofSeconds(1);

    private static final String TABLES_WITHOUT = "SELECT c.oid::regclass::text AS name, c.relreplident AS prior,"
            + " (SELECT quote_ident(x.relname) FROM pg_class x WHERE x.oid = " + PostgresCatalog.KEY_INDEX
            + ") AS key_index"
            + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND " + PostgresCatalog.TENANT_SCHEMAS
            + " AND c.relreplident <> 'f' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid"
            + "   AND i.indimmediate AND i.indisvalid AND CASE c.relreplident WHEN 'd' THEN i.indisprimary"
            + "   WHEN 'i' THEN i.indisreplident ELSE false END)"
            + " ORDER BY 1";

    private final UndoRecords records;
    private final Duration lockTimeout;

    PostgresReplicaIdentity(UndoRecords records, Duration lockTimeout) {
        this.records = records;
        this.lockTimeout = lockTimeout;
    }

    /** Changes the tables of the source that need it; the target gets the same with the schema. */
    void prepare(PostgresSession source, String migrationId, PlacedDatabase from, PlacedDatabase to)
            throws SQLException, InterruptedException {
        List<Change> changes = source.list(
                TABLES_WITHOUT,
                row -> new Change(
                        row.getString("name"),
                        row.getString("prior").equals("n") ? "NOTHING" : "DEFAULT",
                        Optional.ofNullable(row.getString("key_index"))
                                .map(index -> "USING INDEX " + index)
                                .orElse("FULL")));
        if (changes.isEmpty()) {
            return;
        }
        Changes all = new Changes(changes);
        records.save(migrationId, from.server().serverId(), RECORD, all);
        records.save(migrationId, to.server().serverId(), RECORD, all);
        for (Change change : changes) {
            alter(source, change.table(), change.during());
        }
    }

    /** Puts back what the move had changed, where the table still has it. */
    void restore(PostgresSession session, String migrationId, PlacedDatabase database)
            throws SQLException, InterruptedException {
        String serverId = database.server().serverId();
        Optional<Changes> recorded = records.find(migrationId, serverId, RECORD, Changes.class);
        if (recorded.isEmpty()) {
            return;
        }
        for (Change change : recorded.get().tables()) {
            String expected = change.during().equals("FULL") ? "f" : "i";
            if (session.isTrue(
                    "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(?) AND relreplident = ?::\"char\")",
                    change.table(),
                    expected)) {
                alter(session, change.table(), change.prior());
            }
        }
        records.remove(migrationId, serverId, RECORD);
    }

    /** The lock excludes everybody, so it is asked for briefly: whoever came after us must not wait behind us. */
    private void alter(PostgresSession session, String table, String identity)
            throws SQLException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                session.execute("BEGIN; SET LOCAL lock_timeout = " + lockTimeout.toMillis() + "; ALTER TABLE ONLY "
                        + table + " REPLICA IDENTITY " + identity + "; COMMIT");
                return;
            } catch (SQLException e) {
                session.execute("ROLLBACK");
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
                if (attempt == LOCK_ATTEMPTS) {
                    throw new ReplicationException(
                            "TABLE_LOCKED",
                            Failure.Kind.TRANSIENT,
                            "table " + table + " was locked by other transactions at each of " + LOCK_ATTEMPTS
                                    + " attempts to set its replica identity; expected a moment without",
                            e);
                }
                Thread.sleep(LOCK_PAUSE);
            }
        }
    }

    record Changes(List<Change> tables) {}

    /** @param prior and {@code during}: what stands after {@code REPLICA IDENTITY} */
    record Change(String table, String prior, String during) {}
}
