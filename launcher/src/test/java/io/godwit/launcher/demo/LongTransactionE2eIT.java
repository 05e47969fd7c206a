package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.testing.Eventually;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One session stays in a transaction while its database is to move, and others write and read all the time. */
@ExtendWith(E2ePlatformExtension.class)
class LongTransactionE2eIT {
    private static final long ROWS = 2_000;
    private static final int CLIENTS = 8;
    private static final int SOME = 30;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MAX_PAUSE_MILLIS = 2_000;
    private static final String ADMIN_SHUTDOWN = "57P01";

    private final E2ePlatform platform;
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private final DatabaseId id = E2ePlatform.freshDatabase();

    private Load load;
    private Connection connection;
    private Statement transaction;

    @TempDir
    private Path folder;

    LongTransactionE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @BeforeEach
    void begin() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.SHARED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        engine.fill(database, ROWS, CLIENTS, rows -> {});
        load = new Load(
                IntStream.range(0, CLIENTS)
                        .mapToObj(client -> engine.openSession(database, client))
                        .toList(),
                folder);
        connection = DriverManager.getConnection(
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(),
                database.user(),
                database.password());
        transaction = connection.createStatement();
        transaction.execute("CREATE TABLE notes (id int PRIMARY KEY)");
        connection.setAutoCommit(false);
        // It has written nothing yet: the copy of a database begins when every transaction that has is over.
        transaction.execute("SELECT FROM notes");
        load.awaitEach(SOME);
    }

    @AfterEach
    void end() throws SQLException {
        connection.close();
        load.close();
    }

    @Test
    void theMoveWaitsForItInAttemptsAndKeepsItsSession() throws Exception {
        String migration = migrate(60_000, "FORCE");
        awaitAttempts(migration);
        transaction.execute("INSERT INTO notes VALUES (2)");
        connection.commit();
        MigrationView moved = platform.api().await(migration, view -> {});

        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
        assertThat(Fields.number(moved.json(), "cutExchanges")).hasValue(0);
        assertThat(Fields.number(moved.json(), "pauseMs").orElseThrow()).isLessThan(MAX_PAUSE_MILLIS);
        transaction.execute("INSERT INTO notes VALUES (3)");
        connection.commit();
        load.awaitEach(SOME);
        assertThat(load.meter().errors()).isEmpty();
    }

    @Test
    void itIsCutWithTheServersErrorWhenTheDrainTimeoutIsOver() throws Exception {
        MigrationView moved = platform.api().await(migrate(3_000, "FORCE"), view -> {});

        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
        assertThat(Fields.number(moved.json(), "cutExchanges")).hasValue(1);
        assertThatThrownBy(() -> transaction.execute("INSERT INTO notes VALUES (2)"))
                .isInstanceOfSatisfying(
                        SQLException.class, cut -> assertThat(cut.getSQLState()).isEqualTo(ADMIN_SHUTDOWN));
        load.awaitEach(SOME);
        assertThat(load.meter().errors()).isEmpty();
    }

    @Test
    void whereThatIsNotWantedTheDatabaseStaysAndTheTransactionGoesOn() throws Exception {
        String home = platform.serverOf(id);
        MigrationView failed = platform.api().await(migrate(3_000, "ABORT"), view -> {});

        assertThat(failed.status()).isEqualTo("failed");
        assertThat(Fields.text(failed.json(), "error.code")).isEqualTo("DRAIN_TIMEOUT");
        assertThat(platform.serverOf(id)).isEqualTo(home);
        transaction.execute("INSERT INTO notes VALUES (2)");
        connection.commit();
        load.awaitEach(SOME);
        assertThat(load.meter().errors()).isEmpty();
    }

    private String migrate(long drainTimeoutMillis, String onDrainTimeout) {
        ObjectNode order = JsonNodeFactory.instance
                .objectNode()
                .put("to", "dedicated")
                .put("maxPauseMs", MAX_PAUSE_MILLIS)
                .put("drainTimeoutMs", drainTimeoutMillis)
                .put("onDrainTimeout", onDrainTimeout);
        return Fields.text(
                platform.client().post(ApiPaths.database(id.tenant(), id.name()) + "/migrations", order), "id");
    }

    private void awaitAttempts(String migration) throws InterruptedException {
        Eventually.await("several attempts", LIMIT, () -> {
            MigrationView view = platform.api().show(migration);
            assertThat(view.settled()).isFalse();
            return Fields.number(view.json(), "attempts").orElse(0) >= 2;
        });
    }
}
