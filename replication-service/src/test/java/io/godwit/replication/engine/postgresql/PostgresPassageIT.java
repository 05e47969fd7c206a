package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresPassageIT {
    private static final int ANSWER_SECONDS = 5;
    private static final Duration DAWDLING = Duration.ofMillis(300);

    private Shop shop;
    private PlacedDatabase source;
    private String migration;

    @BeforeEach
    void openShop() throws Exception {
        shop = new Shop();
        source = shop.stream.source();
        migration = shop.stream.migrationId();
        shop.engine.fence(migration, source, ClientHold.UNLIMITED);
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.engine.unfence(migration, source);
        shop.close();
    }

    @Test
    void whoHasComeInStaysWhenTheFenceIsLowered() throws Exception {
        try (Connection ahead = PostgresServer.openOwner(throughPassage())) {
            shop.engine.unfence(migration, source);

            assertThat(ahead.isValid(ANSWER_SECONDS)).isTrue();
            PostgresServer.openOwner(source).close();
        }
    }

    @Test
    void whoHasComeInIsOutWhenThePassageIsClosed() throws Exception {
        PlacedDatabase through = throughPassage();
        try (Connection ahead = PostgresServer.openOwner(through)) {
            shop.engine.closePassage(migration, source);

            assertThat(ahead.isValid(ANSWER_SECONDS)).isFalse();
            assertThatThrownBy(() -> PostgresServer.openOwner(through)).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void whoWasAskedForThePasswordBeforeThePassageWasOpenedIsNotLetInWithTheUsualOne() throws Exception {
        DawdlingLogin login = DawdlingLogin.begin(source);
        FutureTask<PlacedDatabase> opening = new FutureTask<>(this::throughPassage);
        Thread.ofVirtual().start(opening);
        Eventually.stays("the passage is closed", DAWDLING, () -> !opening.isDone());
        login.goOn();

        assertThatThrownBy(login::session).hasMessageContaining("is not permitted to log in");
        PostgresServer.openOwner(opening.get(ANSWER_SECONDS, TimeUnit.SECONDS)).close();
    }

    @Test
    void theRightToConnectIsAsItWasBeforeTheFence() throws Exception {
        shop.engine.unfence(migration, source);
        String before = rights();
        shop.engine.fence(migration, source, ClientHold.UNLIMITED);
        throughPassage();
        shop.engine.unfence(migration, source);

        assertThat(rights()).isEqualTo(before);
    }

    private PlacedDatabase throughPassage() throws Exception {
        return new PlacedDatabase(source.server(), source.databaseName(), shop.engine.openPassage(migration, source));
    }

    private String rights() throws Exception {
        return shop.query(
                        source,
                        "SELECT string_agg(a::text, ',' ORDER BY a::text) FROM pg_database, unnest(datacl) a"
                                + " WHERE datname = current_database()")
                .getFirst();
    }
}
