package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that wait on the server, while the database moves. */
class RedisBlockingMoveIT {
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

    private void awaitBlocked(int clients) throws Exception {
        Eventually.await(
                clients + " commands wait",
                LIMIT,
                () -> TwoRedisServers.info(servers.sourceAdmin(), "blocked_clients")
                        .equals(Integer.toString(clients)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BLPOP q 0",
                "BRPOP other q 100",
                "BRPOPLPUSH q r 0",
                "BLMOVE q r LEFT RIGHT 0",
                "BLMPOP 0 1 q LEFT"
            })
    void aWaitingPopGetsWhatIsPushedAfterTheMove(String command) throws Exception {
        try (RedisWire consumer = servers.connect(3);
                RedisWire producer = servers.connect(2)) {
            consumer.send(command.split(" "));
            awaitBlocked(1);
            servers.move();
            awaitBlocked(1);
            assertThat(producer.ask("RPUSH", "q", "element")).isEqualTo(":1\r\n");
            assertThat(consumer.reply()).contains("element");
            assertThat(consumer.ask("LLEN", "q")).isEqualTo(":0\r\n");
        }
    }

    @Test
    void whatFollowsAWaitingCommandRunsAfterItOnTheOtherServer() throws Exception {
        try (RedisWire consumer = servers.connect(2);
                RedisWire producer = servers.connect(2)) {
            consumer.raw(RedisWire.command("BLPOP", "q", "0")
                    + RedisWire.command("LLEN", "q")
                    + RedisWire.command("BLPOP", "q", "0")
                    + RedisWire.command("ECHO", "last"));
            awaitBlocked(1);
            servers.move();
            assertThat(servers.waiting()).isZero();
            producer.ask("RPUSH", "q", "1", "2");
            assertThat(consumer.reply()).isEqualTo("*2\r\n$1\r\nq\r\n$1\r\n1\r\n");
            assertThat(consumer.reply()).isEqualTo(":1\r\n");
            assertThat(consumer.reply()).isEqualTo("*2\r\n$1\r\nq\r\n$1\r\n2\r\n");
            assertThat(consumer.reply()).isEqualTo("$4\r\nlast\r\n");
        }
    }

    @Test
    void aWaitThatIsOverInTheOldServersTimeIsOverInTheNewOnesToo() throws Exception {
        try (RedisWire consumer = servers.connect(2)) {
            consumer.send("BLPOP", "q", "1.5");
            awaitBlocked(1);
            servers.move();
            assertThat(consumer.reply()).isEqualTo("*-1\r\n");
            assertThat(consumer.ask("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aReaderOfTheNewestEntriesMissesNoneThatComesDuringTheMove() throws Exception {
        try (RedisWire reader = servers.connect(2);
                RedisWire writer = servers.connect(2)) {
            writer.ask("SELECT", "2");
            reader.ask("SELECT", "2");
            writer.ask("XADD", "x", "5-0", "f", "before");
            reader.send("XREAD", "BLOCK", "0", "STREAMS", "x", "y", "$", "$");
            awaitBlocked(1);
            servers.arm();
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            writer.send("XADD", "x", "6-0", "f", "after");
            servers.handOver();
            servers.commit();
            assertThat(writer.reply()).isEqualTo("$3\r\n6-0\r\n");
            assertThat(reader.reply()).contains("6-0").contains("after").doesNotContain("before");
        }
    }

    @Test
    void whatWaitsOnAServerWhoseMemoryIsUsedUpIsMoved() throws Exception {
        try (RedisWire consumer = servers.connect(2);
                RedisWire reader = servers.connect(3);
                RedisWire writer = servers.connect(2)) {
            writer.ask("XADD", "x", "5-0", "f", "before");
            consumer.send("BLPOP", "q", "0");
            reader.send("XREAD", "BLOCK", "0", "STREAMS", "x", "$");
            awaitBlocked(2);
            TwoRedisServers.must(servers.sourceAdmin().ask("CONFIG", "SET", "maxmemory", "1"));
            assertThat(writer.ask("RPUSH", "q", "refused")).startsWith("-OOM");
            servers.move();
            awaitBlocked(2);
            writer.ask("RPUSH", "q", "element");
            writer.ask("XADD", "x", "6-0", "f", "after");
            assertThat(consumer.reply()).contains("element");
            assertThat(reader.reply()).contains("6-0").doesNotContain("5-0");
        }
    }

    @Test
    void aGroupsReaderGoesOnWaiting() throws Exception {
        try (RedisWire reader = servers.connect(3);
                RedisWire writer = servers.connect(3)) {
            writer.ask("XGROUP", "CREATE", "x", "BLOCK", "$", "MKSTREAM");
            reader.send("XREADGROUP", "GROUP", "BLOCK", "me", "BLOCK", "0", "STREAMS", "x", ">");
            awaitBlocked(1);
            servers.move();
            awaitBlocked(1);
            writer.ask("XADD", "x", "1-1", "f", "v");
            assertThat(reader.reply()).contains("1-1");
        }
    }

    @Test
    void whoIsUnblockedByAnotherClientIsTold() throws Exception {
        try (RedisWire consumer = servers.connect(2);
                RedisWire other = servers.connect(2)) {
            String id = consumer.ask("CLIENT", "ID").substring(1).strip();
            consumer.send("BLPOP", "q", "0");
            awaitBlocked(1);
            assertThat(other.ask("CLIENT", "UNBLOCK", id, "ERROR")).isEqualTo(":1\r\n");
            assertThat(consumer.reply()).startsWith("-UNBLOCKED");
        }
    }

    @Test
    void aHoldThatIsGivenUpLeavesTheCommandWaiting() throws Exception {
        try (RedisWire consumer = servers.connect(2);
                RedisWire producer = servers.connect(2)) {
            consumer.send("BLPOP", "q", "0");
            awaitBlocked(1);
            servers.arm();
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            servers.release();
            awaitBlocked(1);
            producer.ask("RPUSH", "q", "element");
            assertThat(consumer.reply()).contains("element");
        }
    }

    @Test
    void aClientThatLeavesWhileItWaitsTakesNothing() throws Exception {
        try (RedisWire producer = servers.connect(2)) {
            try (RedisWire consumer = servers.connect(2)) {
                consumer.raw(RedisWire.command("BLPOP", "q", "0") + RedisWire.command("PING"));
                awaitBlocked(1);
            }
            awaitBlocked(0);
            producer.ask("RPUSH", "q", "element");
            assertThat(producer.ask("LLEN", "q")).isEqualTo(":1\r\n");
        }
    }

    @Test
    void aQueueIsDeliveredOnceAndInOrderOverManyMoves() throws Exception {
        int count = 3000;
        try (RedisWire consumer = servers.connect(2);
                RedisWire producer = servers.connect(3)) {
            ClientCall<List<String>> consuming = ClientCall.start(() -> {
                List<String> elements = new ArrayList<>();
                while (elements.size() < count) {
                    String reply = consumer.ask("BRPOP", "queue", "0");
                    elements.add(reply.lines().toList().get(4));
                }
                return elements;
            });
            ClientCall<Integer> producing = ClientCall.start(() -> {
                for (int i = 0; i < count; i++) {
                    String reply = producer.ask("LPUSH", "queue", Integer.toString(i));
                    assertThat(reply).startsWith(":");
                }
                return count;
            });
            for (int move = 0; move < 8; move++) {
                servers.move();
            }
            assertThat(producing.get()).isEqualTo(count);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                expected.add(Integer.toString(i));
            }
            assertThat(consuming.get()).isEqualTo(expected);
        }
    }
}
