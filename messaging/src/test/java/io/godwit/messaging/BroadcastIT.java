package io.godwit.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.Message;
import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.events.Topics;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

class BroadcastIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final DatabaseId ORDERS = new DatabaseId("acme", "orders");
    private static final DatabaseId STOCK = new DatabaseId("acme", "stock");

    @Test
    void startingInstanceReadsWhatWasThereAndIsToldWhenItHasCaughtUp() throws Exception {
        try (ConfigurableApplicationContext earlier = start()) {
            DirectPublisher publisher = earlier.getBean(DirectPublisher.class);
            publisher.send(OutboundRecord.route(Samples.route(ORDERS, 1))).join();
            publisher.send(OutboundRecord.route(Samples.route(ORDERS, 2))).join();
            publisher.send(OutboundRecord.routeDeleted(STOCK)).join();
        }

        try (ConfigurableApplicationContext application = start()) {
            Recorder<?> routes = application.getBean("routes", Recorder.class);
            routes.awaitCaughtUp();

            assertThat(routes.received)
                    .contains(ORDERS + " at epoch 1", ORDERS + " at epoch 2", STOCK + " deleted")
                    .endsWith(Recorder.CAUGHT_UP);
        }
    }

    @Test
    void listenerFromTheLatestOnGetsOnlyWhatComesAfterItListens() throws Exception {
        try (ConfigurableApplicationContext application = start();
                RawProducer producer = new RawProducer(KafkaBroker.shared())) {
            Recorder<?> first = application.getBean("heartbeats", Recorder.class);
            first.awaitCaughtUp();
            producer.send(Topics.PROXY_COMMANDS, "p", UUID.randomUUID(), new ProxyHeartbeat("early", 1));
            first.await("early");
        }

        try (ConfigurableApplicationContext application = start()) {
            Recorder<?> later = application.getBean("heartbeats", Recorder.class);
            later.awaitCaughtUp();
            application
                    .getBean(DirectPublisher.class)
                    .send(OutboundRecord.message(Topics.PROXY_COMMANDS, "p", new ProxyHeartbeat("late", 1)))
                    .join();
            later.await("late");

            assertThat(later.received).containsExactly(Recorder.CAUGHT_UP, "late");
        }
    }

    @Test
    void unreadableRecordIsSkipped() throws Exception {
        try (ConfigurableApplicationContext application = start();
                RawProducer producer = new RawProducer(KafkaBroker.shared())) {
            Recorder<?> heartbeats = application.getBean("heartbeats", Recorder.class);
            heartbeats.awaitCaughtUp();
            producer.send(
                    Topics.PROXY_COMMANDS, "p", UUID.randomUUID(), "io.godwit.proxy.proxy-heartbeat.v1", new byte[] {'['
                    });
            producer.send(Topics.PROXY_COMMANDS, "p", UUID.randomUUID(), new ProxyHeartbeat("after", 1));

            heartbeats.await("after");
        }
    }

    @Test
    void listenerThatFollowsTheEndIsToldThatItHearsEverythingWhileTheBrokerAnswers() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start();
                ConfigurableApplicationContext application = start(broker)) {
            Recorder<?> heartbeats = application.getBean("heartbeats", Recorder.class);
            heartbeats.awaitCaughtUp();
            heartbeats.awaitUpToDate(2);
            assertThat(application.getBean("routes", Recorder.class).upToDate).hasValue(0);

            broker.process().kill();
            int before = heartbeats.upToDate.get();
            Eventually.stays(
                    "nothing told but of what was asked before",
                    Duration.ofSeconds(4),
                    () -> heartbeats.upToDate.get() <= before + 1);

            broker.process().start();
            broker.process().awaitReady(PATIENCE);
            heartbeats.awaitUpToDate(before + 3);
        }
    }

    private static ConfigurableApplicationContext start() {
        return start(KafkaBroker.shared());
    }

    private static ConfigurableApplicationContext start(KafkaBroker broker) {
        SpringApplication application = new SpringApplication(WithoutDatabase.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(
                "--spring.application.name=broadcast", "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers());
    }

    /** A service without a database, as the routing proxy is. */
    @EnableAutoConfiguration(
            exclude = {
                DataSourceAutoConfiguration.class,
                HibernateJpaAutoConfiguration.class,
                FlywayAutoConfiguration.class
            })
    static class WithoutDatabase {
        @Bean
        Recorder<DatabaseRoute> routes() {
            return new Recorder<>(Topics.ROUTES, DatabaseRoute.class, BroadcastListener.StartAt.EARLIEST);
        }

        @Bean
        Recorder<Message> heartbeats() {
            return new Recorder<>(Topics.PROXY_COMMANDS, Message.class, BroadcastListener.StartAt.LATEST);
        }
    }

    /** Writes down what it received. */
    static final class Recorder<T> implements BroadcastListener<T> {
        static final String CAUGHT_UP = "caught up";

        private final String topic;
        private final Class<T> payloadType;
        private final StartAt startAt;
        final List<String> received = new CopyOnWriteArrayList<>();
        final AtomicInteger upToDate = new AtomicInteger();

        Recorder(String topic, Class<T> payloadType, StartAt startAt) {
            this.topic = topic;
            this.payloadType = payloadType;
            this.startAt = startAt;
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public Class<T> payloadType() {
            return payloadType;
        }

        @Override
        public StartAt startAt() {
            return startAt;
        }

        @Override
        public void onRecord(String key, @Nullable T payload) {
            received.add(
                    switch (payload) {
                        case null -> key + " deleted";
                        case DatabaseRoute route -> key + " at epoch " + route.epoch();
                        case ProxyHeartbeat heartbeat -> heartbeat.proxyId();
                        default -> payload.toString();
                    });
        }

        @Override
        public void onCaughtUp() {
            received.add(CAUGHT_UP);
        }

        @Override
        public boolean followsEnd() {
            return topic.equals(Topics.PROXY_COMMANDS);
        }

        @Override
        public void onUpToDate() {
            upToDate.incrementAndGet();
        }

        void awaitUpToDate(int times) throws InterruptedException {
            Eventually.await("told " + times + " times", PATIENCE, () -> upToDate.get() >= times);
        }

        void awaitCaughtUp() throws InterruptedException {
            await(CAUGHT_UP);
        }

        void await(String what) throws InterruptedException {
            Eventually.await(what, PATIENCE, () -> received.contains(what));
        }
    }
}
