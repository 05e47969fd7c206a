package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresDdlGateIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String WAITING =
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'godwit.ddl_gate'::regclass)";
    private static final String CHANGED = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attname = 'legs')";

    private Shop shop;
    private PlacedDatabase source;
    private PostgresSessions sessions;
    private PostgresSession admin;

    @BeforeEach
    void installTheGate() throws Exception {
        shop = new Shop();
        source = shop.stream.source();
        sessions = new PostgresSessions(PostgresServer.connections(), SOON, InstantSource.system());
        admin = sessions.open(source);
        PostgresMarker.prepare(admin, shop.stream.migrationId());
        PostgresDdlCapture.install(admin, shop.stream.migrationId(), source);
    }

    @AfterEach
    void removeIt() throws Exception {
        admin.close();
        sessions.close();
        shop.close();
    }

    @Test
    void aChangeOfTheSchemaWaitsAtTheGateAndNothingElseDoes() throws Exception {
        CompletableFuture<Boolean> change = new CompletableFuture<>();
        try (PostgresDdlGate _ = close();
                Connection other = PostgresServer.openOwner(source);
                Statement statement = other.createStatement()) {
            Thread.ofVirtual().start(() -> change(change));
            Eventually.await("it waits", SOON, () -> admin.isTrue(WAITING));

            statement.execute("INSERT INTO public.animals VALUES (7, 'newt')");
            statement.execute("CREATE TEMPORARY TABLE mine (id integer)");
            statement.execute("CREATE INDEX ON mine (id)");

            assertThat(admin.isTrue(CHANGED)).isFalse();
            assertThat(change).isNotDone();
        }

        assertThat(change.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(admin.isTrue(CHANGED)).isTrue();
        assertThat(PostgresDdlNotes.count(admin)).isEqualTo(1);
    }

    @Test
    void theGateClosesOnlyWhenAChangeUnderWayHasEnded() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        try (Connection owner = PostgresServer.openOwner(source);
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("ALTER TABLE public.animals ADD COLUMN legs integer");
            Thread.ofVirtual().start(() -> {
                try (PostgresDdlGate _ = close()) {
                    closed.complete(admin.isTrue(CHANGED));
                } catch (SQLException | InterruptedException | RuntimeException e) {
                    closed.completeExceptionally(e);
                }
            });
            Eventually.await(
                    "Godwit waits", SOON, () -> shop.query(source, WAITING).contains("t"));
            assertThat(closed).isNotDone();
            owner.rollback();
        }

        assertThat(closed.get(SOON.toSeconds(), TimeUnit.SECONDS)).isFalse();
        assertThat(PostgresDdlNotes.count(admin)).isZero();
    }

    private PostgresDdlGate close() throws SQLException, InterruptedException {
        return PostgresDdlGate.close(sessions, source, shop.stream.migrationId(), Duration.ofMillis(500));
    }

    private void change(CompletableFuture<Boolean> done) {
        try (Connection owner = PostgresServer.openOwner(source);
                Statement statement = owner.createStatement()) {
            statement.execute("ALTER TABLE public.animals ADD COLUMN legs integer");
            done.complete(true);
        } catch (SQLException e) {
            done.completeExceptionally(e);
        }
    }
}
