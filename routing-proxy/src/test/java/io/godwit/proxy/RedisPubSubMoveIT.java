package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscribers while the database moves: each message once. */
class RedisPubSubMoveIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private TwoRedisServers servers;

    @BeforeEach
    void start() throws Exception {
        servers = new TwoRedisServers();
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void eachMessageComesOnceAndInOrderOverManyMoves(int protocolVersion) throws Exception {
        try (RedisWire subscriber = servers.connect(protocolVersion);
                RedisWire byPattern = servers.connect(protocolVersion);
                RedisWire publisher = servers.connect(2)) {
            subscriber.ask("SUBSCRIBE", "news");
            byPattern.ask("PSUBSCRIBE", "*");
            ClientCall<List<String>> heard = ClientCall.start(() -> listen(subscriber));
            ClientCall<List<String>> heardByPattern = ClientCall.start(() -> listen(byPattern));
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger count = new AtomicInteger();
            ClientCall<List<String>> published = ClientCall.start(() -> {
                List<String> texts = new ArrayList<>();
                while (!over.get()) {
                    String text = "n" + texts.size();
                    assertThat(publisher.ask("PUBLISH", "news", text)).startsWith(":");
                    texts.add(text);
                    count.incrementAndGet();
                }
                publisher.ask("PUBLISH", "news", "end");
                return texts;
            });
            for (int move = 0; move < 6; move++) {
                int before = count.get();
                Eventually.await("messages are published between moves", LIMIT, () -> count.get() > before + 50);
                servers.move();
            }
            over.set(true);
            List<String> all = published.get();
            assertThat(all).hasSizeGreaterThan(300);
            assertThat(heard.get()).isEqualTo(all);
            assertThat(heardByPattern.get()).isEqualTo(all);
        }
    }

    /** The texts of the messages up to the one that says so. */
    private static List<String> listen(RedisWire subscriber) throws Exception {
        List<String> texts = new ArrayList<>();
        while (true) {
            List<String> lines = subscriber.reply().lines().toList();
            String text = lines.getLast();
            assertThat(lines.get(lines.size() - 3)).isEqualTo("news");
            if (text.equals("end")) {
                return texts;
            }
            texts.add(text);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscriptionsAreCountedOnAfterAMove(int protocolVersion) throws Exception {
        try (RedisWire subscriber = servers.connect(protocolVersion)) {
            subscriber.ask("SUBSCRIBE", "a");
            subscriber.ask("PSUBSCRIBE", "p*");
            subscriber.ask("SSUBSCRIBE", "s");
            servers.move();
            String push = protocolVersion == 3 ? ">" : "*";
            assertThat(subscriber.ask("SUBSCRIBE", "b")).isEqualTo(push + "3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:3\r\n");
            subscriber.send("UNSUBSCRIBE");
            assertThat(subscriber.reply() + subscriber.reply())
                    .contains("\r\na\r\n")
                    .contains("\r\nb\r\n")
                    .endsWith(":1\r\n");
            assertThat(subscriber.ask("PUNSUBSCRIBE")).endsWith("p*\r\n:0\r\n");
            assertThat(subscriber.ask("SUNSUBSCRIBE")).endsWith("s\r\n:0\r\n");
            assertThat(subscriber.ask("GET", "x")).isEqualTo(protocolVersion == 3 ? "_\r\n" : "$-1\r\n");
        }
    }

    @Test
    void whatIsPublishedWhileOthersStillDrainIsHeard() throws Exception {
        try (RedisWire subscriber = servers.connect(3);
                RedisWire publisher = servers.connect(3)) {
            subscriber.ask("SUBSCRIBE", "news");
            assertThat(publisher.ask("MULTI")).isEqualTo("+OK\r\n");
            servers.arm();
            servers.hold();
            // The publisher is pinned by its transaction; the subscriber has left by now or will.
            publisher.ask("PUBLISH", "news", "late");
            publisher.ask("EXEC");
            assertThat(subscriber.reply()).endsWith("late\r\n");
            servers.proxy().await(DrainCompleted.class);
            servers.handOver();
            servers.commit();
            publisher.ask("PUBLISH", "news", "later");
            assertThat(subscriber.reply()).endsWith("later\r\n");
        }
    }

    @Test
    void aSubscriberStaysWhereItIsIfTheMoveIsGivenUp() throws Exception {
        try (RedisWire subscriber = servers.connect(2);
                RedisWire publisher = servers.connect(2)) {
            subscriber.ask("SUBSCRIBE", "news");
            servers.arm();
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            servers.release();
            publisher.ask("PUBLISH", "news", "one");
            assertThat(subscriber.reply()).endsWith("one\r\n");
            servers.move();
            publisher.ask("PUBLISH", "news", "two");
            assertThat(subscriber.reply()).endsWith("two\r\n");
            assertThat(subscriber.isQuiet(200)).isTrue();
        }
    }

    @Test
    void aSubscriberWhoseConnectionTheNextServerEndsWhileItWaitsForTheMarkerOpensAnother() throws Exception {
        String user = TwoRedisServers.ORDERS.clientName();
        DatabaseGate gate = servers.proxy().gate(TwoRedisServers.ORDERS);
        try (RedisWire subscriber = servers.connect(3)) {
            subscriber.ask("SUBSCRIBE", "news");
            servers.arm();
            // Nobody publishes a marker, so the subscriber waits for as long as it does for one.
            servers.commitAtOnce();
            sendUntilHeld(subscriber, gate);
            TwoRedisServers.must(servers.sourceAdmin().ask("CLIENT", "KILL", "USER", user));
            servers.promoteSource();
            assertThat(subscriber.reply()).isEqualTo("+PONG\r\n");
            servers.move();
            try (RedisWire publisher = servers.connect(3)) {
                assertThat(publisher.ask("PUBLISH", "news", "one")).isEqualTo(":1\r\n");
            }
            assertThat(subscriber.reply()).endsWith("one\r\n");
        }
    }

    /** What is answered, its old server has answered before the subscriber left. */
    private static void sendUntilHeld(RedisWire subscriber, DatabaseGate gate) throws Exception {
        subscriber.send("PING");
        Eventually.await("the subscriber has left its server", LIMIT, () -> {
            boolean held = gate.waiting() == 1;
            if (!held && !subscriber.isQuiet(1)) {
                assertThat(subscriber.reply()).isEqualTo("+PONG\r\n");
                subscriber.send("PING");
            }
            return held;
        });
    }

    @Test
    void aSubscriberThatFoundItsServerFencedIsLetInBeforeThoseWhoPublish() throws Exception {
        try (RedisWire subscriber = servers.connect(3);
                Publishers publishers = new Publishers(servers)) {
            findServerFenced(subscriber, publishers);
            // Longer than others wait for a session that gets no answer.
            Eventually.stays("the server is fenced", Duration.ofMillis(2500), () -> true);
            servers.unfence();
            publishers.assertEachIsHeard(subscriber);
        }
    }

    @Test
    void aSubscriberThatIsHeldOnItsWayBackIsLetInFirstOnTheNextServer() throws Exception {
        try (RedisWire subscriber = servers.connect(3);
                Publishers publishers = new Publishers(servers)) {
            findServerFenced(subscriber, publishers);
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            Eventually.stays("traffic is held", Duration.ofMillis(1200), () -> true);
            servers.handOver();
            servers.commit();
            publishers.assertEachIsHeard(subscriber);
        }
    }

    /** The hold is given up; the fence is not. */
    private void findServerFenced(RedisWire subscriber, Publishers publishers) throws Exception {
        subscriber.ask("SUBSCRIBE", "news");
        servers.arm();
        servers.hold();
        servers.proxy().await(DrainCompleted.class);
        servers.fence();
        servers.proxy().command(servers.releasing());
        publishers.send();
        Eventually.stays("the server is fenced", Duration.ofMillis(300), () -> true);
    }

    /** So many that one of them would be faster than a subscriber if nothing kept them back. */
    private static final class Publishers implements AutoCloseable {
        private final List<RedisWire> wires = new ArrayList<>();

        private Publishers(TwoRedisServers servers) throws IOException {
            for (int i = 0; i < 8; i++) {
                wires.add(servers.connect(3));
            }
        }

        void send() throws IOException {
            for (RedisWire wire : wires) {
                wire.send("PUBLISH", "news", "one");
            }
        }

        void assertEachIsHeard(RedisWire subscriber) throws Exception {
            for (RedisWire wire : wires) {
                assertThat(wire.reply()).isEqualTo(":1\r\n");
                assertThat(subscriber.reply()).endsWith("one\r\n");
            }
        }

        @Override
        public void close() throws IOException {
            for (RedisWire wire : wires) {
                wire.close();
            }
        }
    }
}
