package io.godwit.replication;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Message;
import io.godwit.events.MessageJson;
import io.godwit.events.MessageTypes;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationCommand.AwaitConvergence;
import io.godwit.events.ReplicationCommand.StartCopy;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.ReplicationEvent.InitialSyncCompleted;
import io.godwit.events.ReplicationEvent.LagConverged;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import io.godwit.rest.InternalClients;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.ServicesDatabase;
import io.godwit.testing.TestSecrets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.web.client.RestClient;

/** The service with a real broker and a database of its own, and everything it sends. */
final class ReplicationFixture {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Map<String, Object> properties = new HashMap<>();
    private final List<ReplicationEvent> events = new CopyOnWriteArrayList<>();
    private final Thread receiver;
    private volatile boolean closed;
    private ConfigurableApplicationContext context;

    ReplicationFixture() {
        ServicesDatabase.Schema schema = ServicesDatabase.emptySchema("replication");
        properties.put("server.port", "0");
        properties.put("spring.datasource.url", schema.url());
        properties.put("spring.datasource.username", schema.user());
        properties.put("spring.datasource.password", schema.password());
        properties.put("spring.kafka.bootstrap-servers", KafkaBroker.shared().bootstrapServers());
        properties.put("godwit.master-key-file", TestSecrets.masterKeyFile().toString());
        properties.put(
                "godwit.internal-token-file", TestSecrets.internalTokenFile().toString());
        properties.put("godwit.ca-certificate", TestSecrets.caCertificate().toString());
        properties.put(
                "godwit.postgresql.bin-directory", PostgresServer.binDirectory().toString());
        properties.put("godwit.replication.limits.copy-chunk", "128KB");
        context = start();
        receiver = Thread.ofPlatform().daemon().name("received-events").start(this::receive);
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(ReplicationApplication.class)
                .properties("spring.main.banner-mode=off")
                .initializers(starting -> starting.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("fixture", properties)))
                .run();
    }

    /** Ends the service as a deployment would and starts the next. */
    void restart() {
        context.close();
        context = start();
    }

    /** Whether it was told to, which may be some time before it has. */
    boolean isStopping() {
        return context.isClosed();
    }

    boolean isThere() {
        return context.isActive();
    }

    /** Calls the service as another service of Godwit's. */
    RestClient client() {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        return context.getBean(InternalClients.class).to("replication", URI.create("http://127.0.0.1:" + port));
    }

    /** Each call is a message of its own, also for an equal command. */
    void send(DatabaseId database, ReplicationCommand command) throws Exception {
        context.getBean(DirectPublisher.class)
                .send(OutboundRecord.message(Topics.REPLICATION_COMMANDS, database, command))
                .get(10, TimeUnit.SECONDS);
    }

    /** Has the target filled and follow the source. */
    void follow(StepRef step, PlacedDatabase source, PlacedDatabase target) throws Exception {
        send(step.databaseId(), new StartCopy(step, source, target));
        await(InitialSyncCompleted.class, step.migrationId(), 1);
        send(step.databaseId(), new AwaitConvergence(step, source, target, 500, 3));
        await(LagConverged.class, step.migrationId(), 1);
    }

    /** What the service says of its work for a migration. */
    String state(String migrationId) {
        return Objects.requireNonNull(client().get()
                .uri("/internal/v1/streams/" + migrationId)
                .retrieve()
                .body(String.class));
    }

    /** @param command as {@link #state} names it */
    void awaitAccepted(String command, String migrationId) throws InterruptedException {
        Eventually.await(
                command + " is accepted", LONG, () -> state(migrationId).contains(command));
    }

    /** Waits until the service has answered {@code count} times. */
    <E extends ReplicationEvent> List<E> await(Class<E> type, String migrationId, int count)
            throws InterruptedException {
        Eventually.assertThat(count + " " + type.getSimpleName(), LONG, () -> {
            if (received(type, migrationId).size() < count) {
                throw new AssertionError(
                        received(ReplicationEvent.class, migrationId).toString());
            }
        });
        return received(type, migrationId);
    }

    <E extends ReplicationEvent> List<E> received(Class<E> type, String migrationId) {
        return events.stream()
                .filter(event ->
                        type.isInstance(event) && event.step().migrationId().equals(migrationId))
                .map(type::cast)
                .toList();
    }

    private void receive() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                KafkaBroker.shared().bootstrapServers(),
                "group.id",
                "received-events-" + System.nanoTime(),
                "auto.offset.reset",
                "earliest",
                "metadata.max.age.ms",
                "500");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.REPLICATION_EVENTS));
            while (!closed) {
                consumer.poll(Duration.ofMillis(100)).forEach(received -> {
                    String type =
                            new String(received.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
                    Message message = MessageJson.mapper()
                            .readValue(
                                    received.value(), MessageTypes.classOf(type).orElseThrow());
                    events.add((ReplicationEvent) message);
                });
            }
        }
    }

    void close() throws InterruptedException {
        closed = true;
        receiver.join();
        context.close();
    }
}
