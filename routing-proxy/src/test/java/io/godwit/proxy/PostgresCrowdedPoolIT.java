package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.oneLong;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients at the same time, and few server connections. */
class PostgresCrowdedPoolIT {
    @SuppressWarnings("NullAway.Init") // each test starts them
    private TwoServers servers;

    private void start(Mode mode, int serverConnections) throws Exception {
        servers = new TwoServers(new TestProxy(new Pooling(mode, serverConnections, Duration.ofSeconds(20))));
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void fiveHundredSessionsNeedNoMoreThanTenServerConnections(Mode mode) throws Exception {
        start(mode, 10);
        List<PooledSession> sessions = new ArrayList<>();
        MostConnections most = new MostConnections();
        try {
            for (int i = 0; i < 500; i++) {
                sessions.add(new PooledSession(i, servers.connect("prepareThreshold", "1")));
            }
            List<ClientCall<Boolean>> rounds = new ArrayList<>();
            for (PooledSession session : sessions) {
                rounds.add(ClientCall.start(() -> {
                    session.assertOwnState();
                    session.assertOwnState();
                    return true;
                }));
            }
            for (ClientCall<Boolean> round : rounds) {
                assertThat(round.get()).isTrue();
            }
        } finally {
            assertThat(most.stop()).isBetween(2L, 10L);
            for (PooledSession session : sessions) {
                session.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void statementsThatTheDriverPreparesWorkForManyClientsOnFewConnections(Mode mode) throws Exception {
        start(mode, 3);
        servers.onBoth("CREATE TABLE counted (client int, n int, PRIMARY KEY (client, n))");
        List<ClientCall<Boolean>> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int client = i;
            clients.add(ClientCall.start(() -> {
                try (Connection connection = servers.connect("prepareThreshold", "1")) {
                    insertAndCount(connection, client);
                }
                return true;
            }));
        }
        for (ClientCall<Boolean> client : clients) {
            assertThat(client.get()).isTrue();
        }
        try (Connection connection = servers.connect()) {
            assertThat(oneLong(connection, "SELECT count(*) FROM counted")).isEqualTo(40 * 30);
        }
    }

    private static void insertAndCount(Connection connection, int client) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO counted VALUES (?, ?)");
                PreparedStatement count =
                        connection.prepareStatement("SELECT count(*) FROM counted WHERE client = " + client)) {
            for (int n = 1; n <= 30; n++) {
                connection.setAutoCommit(n % 3 != 0);
                insert.setInt(1, client);
                insert.setInt(2, n);
                insert.executeUpdate();
                try (var row = count.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getInt(1)).isEqualTo(n);
                }
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
            }
        }
    }

    /** Looks again and again how many connections the server has for the database. */
    private final class MostConnections {
        /** Without the server's own, which visit every database to vacuum it. */
        static final String COUNT = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'orders__switch'"
                + " AND backend_type = 'client backend'";

        private volatile boolean stopped;
        private final ClientCall<Long> looking = ClientCall.start(this::look);

        private long look() throws SQLException {
            long most = 0;
            try (Connection admin = servers.sourceServer().openAdmin("postgres")) {
                while (!stopped) {
                    most = Math.max(most, oneLong(admin, COUNT));
                }
            }
            return most;
        }

        long stop() throws Exception {
            stopped = true;
            return looking.get();
        }
    }
}
