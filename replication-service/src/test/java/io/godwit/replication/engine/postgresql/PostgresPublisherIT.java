package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PostgresPublisherIT {
    private static final DatabaseId ID = new DatabaseId("published", "shop");
    private static final Duration SOON = Duration.ofSeconds(10);

    /** A subscription's worker does not wait for the disk when it commits, and moving the slot waits for nobody else. */
    @Test
    void whatWasCommittedBeforeTheSlotWasMovedIsNotSentThoughItWasNotOnTheDisk() throws Exception {
        try (PostgresServer server = PostgresServer.start("published", Map.of("wal_writer_delay", "10s"))) {
            PlacedDatabase database = server.createTenantDatabase(ID);
            try (PostgresSession session = open(database);
                    PostgresSession worker = open(database)) {
                session.execute(
                        "CREATE TABLE public.notes (id int PRIMARY KEY); CREATE PUBLICATION back FOR ALL TABLES");
                PostgresPublisher.createSlot(session, "back", SOON, () -> "");
                worker.execute("SET synchronous_commit = off");
                worker.execute("INSERT INTO public.notes VALUES (1)");

                PostgresPublisher.advanceSlot(session, "back");

                assertThat(insertsToSend(session)).isZero();
                worker.execute("INSERT INTO public.notes VALUES (2); INSERT INTO public.notes VALUES (3)");
                session.execute("INSERT INTO public.notes VALUES (4)");
                assertThat(insertsToSend(session)).isEqualTo(3);
            }
        }
    }

    /** Otherwise a client's change that is just beginning fails: it has found the publication, and looks it up. */
    @Test
    void aPublicationIsEmptyBeforeItIsDropped() throws Exception {
        PostgresServer server = PostgresServer.shared("source");
        PlacedDatabase database = server.createTenantDatabase(ID);
        try (PostgresSession session = open(database);
                PostgresSession client = open(database);
                PostgresSession onlooker = open(database)) {
            PostgresMarker.prepare(session, "mig_published");
            session.execute("CREATE TABLE public.notes (id int PRIMARY KEY);"
                    + " CREATE PUBLICATION back FOR TABLE ONLY godwit.marker, ONLY public.notes");
            Thread statement = Thread.ofVirtual().start(() -> executeQuietly(client, "SELECT pg_sleep(5)"));
            Eventually.await(
                    "a statement runs",
                    SOON,
                    () -> onlooker.isTrue("SELECT EXISTS (SELECT FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'"
                            + " AND state = 'active')"));

            CompletableFuture<Void> removal = CompletableFuture.runAsync(() -> remove(session, "back"));
            Eventually.assertThat(
                    "it is empty",
                    SOON,
                    () -> assertThat(onlooker.list(
                                    "SELECT tablename FROM pg_publication_tables WHERE pubname = 'back'",
                                    row -> row.getString(1)))
                            .containsExactly("marker"));
            removal.join();

            assertThat(onlooker.isTrue("SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = 'back')"))
                    .isFalse();
            server.dropTenantDatabase(ID);
            statement.join();
        }
    }

    private static void remove(PostgresSession session, String stream) {
        try {
            PostgresPublisher.remove(session, stream);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void executeQuietly(PostgresSession session, String sql) {
        try {
            session.execute(sql);
        } catch (SQLException _) {
            // Its session ends with the database.
            Thread.onSpinWait();
        }
    }

    private static long insertsToSend(PostgresSession session) throws SQLException {
        return session.one(
                "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('back', NULL, NULL,"
                        + " 'proto_version', '1', 'publication_names', 'back') WHERE get_byte(data, 0) = ascii('I')",
                row -> row.getLong(1));
    }

    private static PostgresSession open(PlacedDatabase database) throws SQLException {
        return PostgresSession.ofAdmin(
                PostgresServer.connections().openAdmin(database.server(), database.databaseName()),
                Duration.ofSeconds(30));
    }
}
