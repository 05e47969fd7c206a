package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/**
 * Clients of every habit go through one move after the other. The route leads to the same database each time, so that
 * what was written can be counted: exactly what was acknowledged.
 */
class PostgresManyMovesIT {
    private static final DatabaseId ORDERS = new DatabaseId("moves", "orders");
    private static final int MOVES = 25;
    private static final int SERVER_CONNECTIONS = 5;

    @SuppressWarnings("NullAway.Init") // each test starts it
    private TestProxy proxy;

    @SuppressWarnings("NullAway.Init")
    private PlacedDatabase placed;

    private void start(Mode mode) throws Exception {
        proxy = new TestProxy(new Pooling(mode, SERVER_CONNECTIONS, Duration.ofSeconds(20)));
        placed = PostgresServer.shared("a").createTenantDatabase(ORDERS);
        proxy.route(ORDERS, 1, placed);
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written (client int, n int, PRIMARY KEY (client, n))");
        }
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        PostgresServer.shared("a").dropTenantDatabase(ORDERS);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAcknowledgedIsWrittenOnceWhateverTheClientDoes(Mode mode) throws Exception {
        start(mode);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(new Client(clients.size(), PostgresManyMovesIT::single, "prepareThreshold", "2"));
            clients.add(new Client(clients.size(), PostgresManyMovesIT::single, "preferQueryMode", "simple"));
            clients.add(new Client(clients.size(), PostgresManyMovesIT::transaction, "sslmode", "require"));
            clients.add(new Client(clients.size(), PostgresManyMovesIT::batch));
            clients.add(new Client(clients.size(), PostgresManyMovesIT::copy));
        }
        long epoch = 1;
        for (int move = 1; move <= MOVES; move++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(100));
            if (random.nextBoolean()) {
                proxy.arm(ORDERS, epoch, placed);
            }
            proxy.hold(ORDERS, epoch, move, Duration.ofSeconds(15), OnDrainTimeout.ABORT);
            boolean drained = random.nextInt(4) != 0;
            if (drained) {
                assertThat(proxy.await(DrainCompleted.class).cut())
                        .as("seed %d", seed)
                        .isZero();
            }
            if (random.nextBoolean()) {
                epoch++;
                proxy.route(ORDERS, epoch, placed);
            } else {
                proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, move), epoch));
            }
            assertThat(proxy.await(TrafficReleased.class).epoch())
                    .as("seed %d", seed)
                    .isEqualTo(epoch);
        }
        for (Client client : clients) {
            client.awaitProgress();
        }
        for (Client client : clients) {
            client.stop();
        }
        try (Connection connection = PostgresServer.openOwner(placed);
                Statement statement = connection.createStatement()) {
            for (Client client : clients) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT count(*), coalesce(max(n), 0) FROM written WHERE client = " + client.number)) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getInt(1)).as("seed %d", seed).isEqualTo(client.acknowledged.get());
                    assertThat(row.getInt(2)).as("seed %d", seed).isEqualTo(client.acknowledged.get());
                }
            }
        }
    }

    private interface Habit {
        /**
         * Writes some rows from {@code n} on.
         *
         * @return how many
         */
        int write(Connection connection, int client, int n) throws Exception;
    }

    private static int single(Connection connection, int client, int n) throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO written VALUES (?, ?)")) {
            insert.setInt(1, client);
            insert.setInt(2, n);
            return insert.executeUpdate();
        }
    }

    private static int transaction(Connection connection, int client, int n) throws Exception {
        connection.setAutoCommit(false);
        for (int i = 0; i < 3; i++) {
            single(connection, client, n + i);
        }
        connection.commit();
        return 3;
    }

    private static int batch(Connection connection, int client, int n) throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO written VALUES (?, ?)")) {
            for (int i = 0; i < 20; i++) {
                insert.setInt(1, client);
                insert.setInt(2, n + i);
                insert.addBatch();
            }
            return insert.executeBatch().length;
        }
    }

    private static int copy(Connection connection, int client, int n) throws Exception {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            rows.append(client).append('\t').append(n + i).append('\n');
        }
        return (int) connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY written FROM STDIN", new StringReader(rows.toString()));
    }

    /** Writes 1, 2, 3 … by its habit and counts what was acknowledged. */
    private final class Client {
        private final int number;
        private final AtomicInteger acknowledged = new AtomicInteger();
        private final CompletableFuture<Boolean> done = new CompletableFuture<>();
        private volatile boolean stopping;

        Client(int number, Habit habit, String... options) {
            this.number = number;
            Thread.ofVirtual().start(() -> {
                try (Connection connection = proxy.connect(ORDERS, options)) {
                    while (!stopping) {
                        acknowledged.addAndGet(habit.write(connection, number, acknowledged.get() + 1));
                    }
                    done.complete(true);
                } catch (Exception e) {
                    done.completeExceptionally(e);
                }
            });
        }

        void awaitProgress() throws InterruptedException {
            int before = acknowledged.get();
            Eventually.await(
                    "client " + number + " writes on",
                    Duration.ofSeconds(10),
                    () -> acknowledged.get() > before || done.isDone());
        }

        void stop() throws Exception {
            stopping = true;
            assertThat(done.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
