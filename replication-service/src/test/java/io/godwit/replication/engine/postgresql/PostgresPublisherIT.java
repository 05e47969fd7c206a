package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
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
