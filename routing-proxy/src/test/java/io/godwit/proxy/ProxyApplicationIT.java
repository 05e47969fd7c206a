package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.Message;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.BroadcastListener;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import io.godwit.proxy.network.ProxyListener;
import io.godwit.proxy.protocol.postgresql.PostgresProtocol;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The whole application with a real broker: routes and commands in, events out. */
class ProxyApplicationIT {
    private static final DatabaseId ORDERS = new DatabaseId("application", "orders");
    private static final String PASSWORD = "secret";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<ProxyEvent> EVENTS = new CopyOnWriteArrayList<>();
    private static final AtomicBoolean LISTENING = new AtomicBoolean();

    @Test
    void routesAndCommandsComeFromKafkaAndAnswersGoThere() throws Exception {
        PostgresServer a = PostgresServer.shared("a");
        PostgresServer b = PostgresServer.shared("b");
        PlacedDatabase source = a.createTenantDatabase(ORDERS);
        PlacedDatabase target = b.createTenantDatabase(ORDERS);
        try (ConfigurableApplicationContext observer = start("observer", EventsObserver.class)) {
            DirectPublisher publisher = observer.getBean(DirectPublisher.class);
            publisher.send(OutboundRecord.route(route(1, source))).get(30, TimeUnit.SECONDS);
            Eventually.await("observer listens", LIMIT, LISTENING::get);
            try (ConfigurableApplicationContext proxy = start("proxy-under-test", ProxyApplication.class)) {
                ProxyListener listener = proxy.getBean(ProxyListener.class);
                Eventually.await("proxy serves", LIMIT, listener::isOpen);
                String url = "jdbc:postgresql://127.0.0.1:" + listener.port(EngineId.POSTGRESQL) + "/"
                        + ORDERS.clientName() + "?sslmode=require";
                try (Connection connection = DriverManager.getConnection(url, ORDERS.clientName(), PASSWORD)) {
                    assertThat(serverPort(connection))
                            .isEqualTo(source.server().address().port());
                    command(publisher, new ProxyCommand.ArmMigration(step(), 1, TestProxy.backend(target)));
                    assertThat(await(ProxyEvent.MigrationArmed.class).sessions())
                            .isEqualTo(1);
                    command(publisher, new ProxyCommand.HoldTraffic(step(), 1, 20_000, 10_000, OnDrainTimeout.ABORT));
                    await(ProxyEvent.TrafficHeld.class);
                    assertThat(await(ProxyEvent.DrainCompleted.class).step()).isEqualTo(step());
                    publisher.send(OutboundRecord.route(route(2, target))).get(30, TimeUnit.SECONDS);
                    assertThat(await(ProxyEvent.TrafficReleased.class).epoch()).isEqualTo(2);
                    assertThat(serverPort(connection))
                            .isEqualTo(target.server().address().port());
                    assertThat(await(ProxyEvent.ProxyHeartbeat.class).proxyId()).isEqualTo("proxy-under-test");
                }
            }
            await(ProxyEvent.ProxyStopped.class);
        } finally {
            a.dropTenantDatabase(ORDERS);
            b.dropTenantDatabase(ORDERS);
        }
    }

    private static StepRef step() {
        return TestProxy.step(ORDERS, 1);
    }

    private static DatabaseRoute route(long epoch, PlacedDatabase placed) {
        return new DatabaseRoute(
                ORDERS,
                EngineId.POSTGRESQL,
                epoch,
                new DatabaseRoute.ClientLogin(ORDERS.clientName(), PostgresProtocol.verifierOf(PASSWORD)),
                TestProxy.backend(placed));
    }

    private static void command(DirectPublisher publisher, ProxyCommand command) throws Exception {
        publisher
                .send(OutboundRecord.message(Topics.PROXY_COMMANDS, ORDERS, command))
                .get(30, TimeUnit.SECONDS);
    }

    private static <T extends ProxyEvent> T await(Class<T> kind) throws InterruptedException {
        Eventually.await(kind.getSimpleName(), LIMIT, () -> EVENTS.stream().anyMatch(kind::isInstance));
        return EVENTS.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private static int serverPort(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT inet_server_port()")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    private static ConfigurableApplicationContext start(String id, Class<?> application) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .run(
                        // The observer shares the proxy's configuration file, but not its health.
                        "--management.endpoint.health.validate-group-membership=false",
                        "--godwit.proxy.id=" + id,
                        "--godwit.proxy.postgresql.port=0",
                        "--godwit.proxy.redis.port=0",
                        "--godwit.master-key-file=" + TestSecrets.masterKeyFile(),
                        "--godwit.ca-certificate=" + TestSecrets.caCertificate(),
                        "--godwit.ca-key=" + TestSecrets.caKey(),
                        "--spring.kafka.bootstrap-servers="
                                + KafkaBroker.shared().bootstrapServers());
    }

    /** Another service, which hears what the proxy tells. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class EventsObserver {
        @Bean
        BroadcastListener<Message> eventsListener() {
            return new BroadcastListener<>() {
                @Override
                public String topic() {
                    return Topics.PROXY_EVENTS;
                }

                @Override
                public Class<Message> payloadType() {
                    return Message.class;
                }

                @Override
                public StartAt startAt() {
                    return StartAt.EARLIEST;
                }

                @Override
                public void onRecord(String key, @Nullable Message message) {
                    if (message instanceof ProxyEvent told) {
                        EVENTS.add(told);
                    }
                }

                @Override
                public void onCaughtUp() {
                    LISTENING.set(true);
                }
            };
        }
    }
}
