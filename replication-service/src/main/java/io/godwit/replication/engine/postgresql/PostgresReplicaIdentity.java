package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives every table an identity under which its changes can be followed, and takes it back after the move. */
final class PostgresReplicaIdentity {
    private static final String RECORD = "REPLICA_IDENTITY";
    private static final String NOTES = PostgresNames.SCHEMA + ".identity";
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
        String serverId = from.server().serverId();
        List<Change> known = new ArrayList<>(records.find(migrationId, serverId, RECORD, Changes.class)
                .map(Changes::tables)
                .orElse(List.of()));
        known.addAll(changes);
        Changes all = new Changes(List.copyOf(known));
        records.save(migrationId, serverId, RECORD, all);
        records.save(migrationId, to.server().serverId(), RECORD, all);
        note(source, changes);
        for (Change change : changes) {
            alter(source, change.table(), change.during());
        }
    }

    /** Remembers the changes that came with the schema in the database itself, where they survive another name. */
    void note(PostgresSession target, String migrationId, PlacedDatabase database) throws SQLException {
        Optional<Changes> recorded = records.find(migrationId, database.server().serverId(), RECORD, Changes.class);
        if (recorded.isPresent()) {
            note(target, recorded.get().tables());
        }
    }

    private static void note(PostgresSession session, List<Change> changes) throws SQLException {
        for (Change change : changes) {
            session.execute("INSERT INTO " + NOTES + " SELECT c.oid, '"
                    + (change.prior().equals("NOTHING") ? 'n' : 'd')
                    + "' FROM pg_class c WHERE c.oid = to_regclass(" + PostgresNames.literal(change.table())
                    + ") ON CONFLICT DO NOTHING");
        }
    }

    /** Puts back what the move had changed, where the table still has it. */
    void restore(PostgresSession session, String migrationId, PlacedDatabase database)
            throws SQLException, InterruptedException {
        restoreNoted(session);
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

    /** Also of tables that were made, or have lost their key, during the move. */
    private void restoreNoted(PostgresSession session) throws SQLException, InterruptedException {
        if (!session.isTrue("SELECT to_regclass(?) IS NOT NULL", NOTES)) {
            return;
        }
        List<Change> noted = session.list(
                "SELECT c.oid::regclass::text AS name, i.prior FROM " + NOTES
                        + " i JOIN pg_class c ON c.oid = i.relation" + " WHERE c.relreplident IN ('f', 'i') ORDER BY 1",
                row -> new Change(
                        row.getString("name"), row.getString("prior").equals("n") ? "NOTHING" : "DEFAULT", ""));
        for (Change change : noted) {
            alter(session, change.table(), change.prior());
        }
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
