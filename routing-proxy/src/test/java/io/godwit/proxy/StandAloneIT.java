package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.proxy.control.StandAlone;
import io.godwit.proxy.network.ProxyListener;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The proxy with a route file: without broker, without the other services. */
class StandAloneIT {
    private static final DatabaseId ORDERS = new DatabaseId("alone", "orders");

    @TempDir
    private Path directory;

    @Test
    void aRouteFileIsAllItNeedsAndStoppingLetsAQueryFinish() throws Exception {
        PlacedDatabase placed = PostgresServer.shared("a").createTenantDatabase(ORDERS);
        Path routes = Files.writeString(directory.resolve("routes.yaml"), """
            databases:
              - name: alone/orders
                password: client's password
                backend:
                  host: 127.0.0.1
                  port: %d
                  password: %s
                  tls: verify-ca
            """.formatted(
                        placed.server().address().port(),
                        TestSecrets.sealer().open(placed.owner().password())));
        ConfigurableApplicationContext proxy = new SpringApplicationBuilder(ProxyApplication.class)
                .listeners(new StandAlone())
                .run(
                        "--godwit.routes=file:" + routes,
                        "--godwit.ca-certificate=" + TestSecrets.caCertificate(),
                        "--godwit.proxy.postgresql.port=0",
                        "--godwit.proxy.redis.port=0",
                        "--server.port=0");
        try {
            ProxyListener listener = proxy.getBean(ProxyListener.class);
            Eventually.await("proxy serves", Duration.ofSeconds(20), listener::isOpen);
            String url =
                    "jdbc:postgresql://127.0.0.1:" + listener.port(EngineId.POSTGRESQL) + "/" + ORDERS.clientName();
            try (Connection connection = DriverManager.getConnection(url, ORDERS.clientName(), "client's password");
                    Statement statement = connection.createStatement()) {
                assertThat(scrape(proxy)).contains("godwit_proxy_sessions{database=\"alone/orders\"} 1.0");
                Thread stop = Thread.ofVirtual().unstarted(proxy::close);
                try (ResultSet row = slowQuery(statement, stop)) {
                    assertThat(row.next()).isTrue();
                }
                stop.join();
                assertThatThrownBy(() -> statement.execute("SELECT 1"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
            }
        } finally {
            proxy.close();
            PostgresServer.shared("a").dropTenantDatabase(ORDERS);
        }
    }

    private static ResultSet slowQuery(Statement statement, Thread meanwhile) throws SQLException {
        meanwhile.start();
        return statement.executeQuery("SELECT pg_sleep(1)");
    }

    private static String scrape(ConfigurableApplicationContext proxy) throws Exception {
        String port = proxy.getEnvironment().getRequiredProperty("local.server.port");
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
