package io.godwit.orchestrator;

import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Message;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProxyEvent;
import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.Topics;
import io.godwit.messaging.BroadcastListener;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import io.godwit.orchestrator.saga.Answers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** Everything the orchestrator talks to, outside of its process: answers each command over Kafka as it is told to. */
final class ScriptedParticipants implements AutoCloseable {
    static final List<String> PROXIES = List.of("proxy-a", "proxy-b");

    private final List<Command> received = new CopyOnWriteArrayList<>();
    private final ConfigurableApplicationContext context;
    private final DirectPublisher publisher;
    private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private volatile Function<Command, List<Event>> script = ScriptedParticipants::wellBehaved;

    ScriptedParticipants(String bootstrapServers) {
        context = new SpringApplicationBuilder(Listeners.class)
                .web(WebApplicationType.NONE)
                .initializers(starting -> starting.getBeanFactory().registerSingleton("participants", this))
                .run(
                        "--spring.config.name=participants",
                        "--spring.application.name=participants",
                        "--spring.autoconfigure.exclude="
                                + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                                + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration,"
                                + "io.godwit.rest.InternalAuthenticationAutoConfiguration",
                        "--spring.kafka.bootstrap-servers=" + bootstrapServers);
        publisher = context.getBean(DirectPublisher.class);
        var _ = heartbeats.scheduleAtFixedRate(this::beat, 0, 500, TimeUnit.MILLISECONDS);
    }

    static List<Event> wellBehaved(Command command) {
        return Answers.good(command, PROXIES);
    }

    void follow(Function<Command, List<Event>> newScript) {
        script = newScript;
    }

    /** The simple names of the commands received for a migration, in order of each topic. */
    List<String> commandsOf(String migrationId) {
        return received.stream()
                .filter(command -> command.step().migrationId().equals(migrationId))
                .map(command -> command.getClass().getSimpleName())
                .toList();
    }

    private void beat() {
        for (String proxy : PROXIES) {
            var _ = publisher.send(OutboundRecord.message(Topics.PROXY_EVENTS, proxy, new ProxyHeartbeat(proxy, 4)));
        }
    }

    /** Answers well what the migration was asked last, which may have been left without an answer. */
    void answerLast(String migrationId) {
        Command last = received.stream()
                .filter(command -> command.step().migrationId().equals(migrationId))
                .reduce((_, later) -> later)
                .orElseThrow();
        send(last, wellBehaved(last));
    }

    private void receive(Command command) {
        received.add(command);
        send(command, script.apply(command));
    }

    private void send(Command command, List<Event> answers) {
        for (Event event : answers) {
            var _ = publisher.send(
                    OutboundRecord.message(topicOf(event), command.step().databaseId(), event));
        }
    }

    private static String topicOf(Event event) {
        return switch (event) {
            case ProvisioningEvent _ -> Topics.PROVISIONING_EVENTS;
            case ReplicationEvent _ -> Topics.REPLICATION_EVENTS;
            case ProxyEvent _ -> Topics.PROXY_EVENTS;
            default -> Topics.BACKUP_EVENTS;
        };
    }

    @Override
    public void close() {
        heartbeats.shutdownNow();
        context.close();
    }

    private record Listener(String topic, ScriptedParticipants participants) implements BroadcastListener<Message> {
        @Override
        public Class<Message> payloadType() {
            return Message.class;
        }

        @Override
        public StartAt startAt() {
            return StartAt.LATEST;
        }

        @Override
        public void onRecord(String key, @Nullable Message message) {
            if (message instanceof Command command) {
                participants.receive(command);
            }
        }
    }

    // No @Configuration: the scan of the application under test must not find it.
    @EnableAutoConfiguration
    static class Listeners {
        @Bean
        BroadcastListener<Message> provisioning(ScriptedParticipants participants) {
            return new Listener(Topics.PROVISIONING_COMMANDS, participants);
        }

        @Bean
        BroadcastListener<Message> replication(ScriptedParticipants participants) {
            return new Listener(Topics.REPLICATION_COMMANDS, participants);
        }

        @Bean
        BroadcastListener<Message> proxies(ScriptedParticipants participants) {
            return new Listener(Topics.PROXY_COMMANDS, participants);
        }

        @Bean
        BroadcastListener<Message> backup(ScriptedParticipants participants) {
            return new Listener(Topics.BACKUP_COMMANDS, participants);
        }
    }
}
