package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresMarkerIT {
    private static final DatabaseId ID = new DatabaseId("marked", "shop");
    private static final Duration SOON = Duration.ofSeconds(10);

    private final PostgresServer server = PostgresServer.shared("source");
    private PlacedDatabase database;

    @BeforeEach
    void makeADatabase() throws Exception {
        database = server.createTenantDatabase(ID);
    }

    @AfterEach
    void dropIt() throws Exception {
        server.dropTenantDatabase(ID);
    }

    /** The step before may still be at it on the server when it was interrupted here. */
    @Test
    void twoWhoWriteTheSameMarkerAtOnceBothSucceed() throws Exception {
        try (PostgresSession first = open();
                PostgresSession second = open();
                PostgresSession onlooker = open()) {
            PostgresMarker.prepare(first, "mig_marker");
            first.execute("BEGIN; DELETE FROM godwit.marker WHERE stream = 'here';"
                    + " INSERT INTO godwit.marker VALUES ('here', '0/1')");

            CompletableFuture<String> written = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    written.complete(PostgresMarker.write(second, "here"));
                } catch (java.sql.SQLException e) {
                    written.completeExceptionally(e);
                }
            });
            Eventually.await(
                    "the second to wait for the first",
                    SOON,
                    () -> onlooker.isTrue("SELECT EXISTS (SELECT FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND wait_event_type = 'Lock')"));
            first.execute("COMMIT");

            String position = written.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(PostgresMarker.hasArrived(onlooker, "here", position)).isTrue();
        }
    }

    private PostgresSession open() throws Exception {
        return PostgresSession.ofAdmin(
                PostgresServer.connections().openAdmin(database.server(), database.databaseName()), SOON);
    }
}
