package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.testing.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that the proxy does not just pass. */
class RedisCommandsIT {
    private static final DatabaseId ORDERS = new DatabaseId("commands", "orders");
    private static TestProxy proxy;
    private RedisWire wire;

    @BeforeAll
    static void start() throws Exception {
        proxy = new TestProxy(EngineId.REDIS);
        proxy.route(ORDERS, 1, RedisServer.shared("commands").createTenantDatabase(ORDERS));
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @BeforeEach
    void connect() throws Exception {
        wire = RedisWire.plain(proxy.port());
        wire.ask("HELLO", "3", "AUTH", ORDERS.clientName(), TestProxy.PASSWORD);
    }

    @AfterEach
    void disconnect() throws Exception {
        wire.close();
    }

    @Test
    void administrationIsRefusedAndTheSessionGoesOn() throws Exception {
        for (String command : List.of(
                "REPLICAOF NO ONE",
                "SLAVEOF NO ONE",
                "CONFIG GET *",
                "config set maxmemory 1",
                "SHUTDOWN NOSAVE",
                "DEBUG SLEEP 0",
                "ACL LIST",
                "FAILOVER",
                "MODULE LIST",
                "CLUSTER INFO",
                "SAVE",
                "BGSAVE",
                "BGREWRITEAOF",
                "SYNC",
                "PSYNC ? -1",
                "REPLCONF ACK 0",
                "MIGRATE h 1 k 0 1",
                "CLIENT PAUSE 1000",
                "PUBLISH __godwit__:x y",
                "SPUBLISH __godwit__: y",
                "SUBSCRIBE __godwit__:x",
                "PSUBSCRIBE __godwit__:*")) {
            assertThat(wire.ask(command.split(" "))).as(command).startsWith("-NOPERM ");
        }
        assertThat(wire.ask("CLIENT", "TRACKING", "ON", "REDIRECT", "1")).startsWith("-ERR ");
        assertThat(wire.ask("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void aRefusalAbortsTheTransactionItIsIn() throws Exception {
        assertThat(wire.ask("MULTI")).isEqualTo("+OK\r\n");
        assertThat(wire.ask("SET", "refused", "1")).isEqualTo("+QUEUED\r\n");
        assertThat(wire.ask("CONFIG", "GET", "*")).startsWith("-NOPERM ");
        assertThat(wire.ask("EXEC")).startsWith("-EXECABORT ");
        assertThat(wire.ask("EXISTS", "refused")).isEqualTo(":0\r\n");
    }

    @Test
    void refusedCommandsOfAnySizeTakeTheirPlaceInAPipeline() throws Exception {
        String big = "x".repeat(300_000);
        wire.raw(RedisWire.command("SET", "p", big)
                + RedisWire.command("CONFIG", "SET", "x", big)
                + RedisWire.command("STRLEN", "p")
                + RedisWire.command("DEBUG", "SLEEP", "9")
                + RedisWire.command("GET", "p"));
        assertThat(wire.reply()).isEqualTo("+OK\r\n");
        assertThat(wire.reply()).startsWith("-NOPERM 'config'");
        assertThat(wire.reply()).isEqualTo(":300000\r\n");
        assertThat(wire.reply()).startsWith("-NOPERM 'debug'");
        assertThat(wire.reply()).isEqualTo("$300000\r\n" + big + "\r\n");
    }

    @Test
    void aSessionLogsInAgainAsItselfOnly() throws Exception {
        assertThat(wire.ask("AUTH", ORDERS.clientName(), "wrong")).startsWith("-WRONGPASS");
        assertThat(wire.ask("AUTH", "other", TestProxy.PASSWORD)).startsWith("-WRONGPASS");
        assertThat(wire.ask("AUTH", TestProxy.PASSWORD)).startsWith("-WRONGPASS");
        assertThat(wire.ask("AUTH", ORDERS.clientName(), TestProxy.PASSWORD)).isEqualTo("+OK\r\n");
        assertThat(wire.ask("HELLO", "2", "AUTH", ORDERS.clientName(), TestProxy.PASSWORD))
                .startsWith("*14\r\n");
        assertThat(wire.ask("HGETALL", "none")).isEqualTo("*0\r\n");
    }

    @Test
    void resetForgetsTheSessionAndTheLogin() throws Exception {
        wire.ask("SELECT", "4");
        wire.ask("MULTI");
        assertThat(wire.ask("RESET")).isEqualTo("+RESET\r\n");
        assertThat(wire.ask("GET", "x")).startsWith("-NOAUTH ");
        assertThat(wire.ask("SET", "x", "y".repeat(100_000))).startsWith("-NOAUTH ");
        assertThat(wire.ask("HELLO", "3")).startsWith("-NOAUTH ");
        assertThat(wire.ask("AUTH", ORDERS.clientName(), TestProxy.PASSWORD)).isEqualTo("+OK\r\n");
        assertThat(wire.ask("CLIENT", "INFO")).contains(" db=0 ").contains(" resp=2");
    }

    @Test
    void publishingPassesHoweverItIsSplit() throws Exception {
        String pipeline = RedisWire.command("PUBLISH", "__godwit__", "x")
                + RedisWire.command("publish", "", "x")
                + RedisWire.command("PUBLISH", "a channel with a long name", "y".repeat(50))
                + RedisWire.command("PUBLISH", "__godwit__:z", "y")
                + RedisWire.command("PUBLISH")
                + RedisWire.command("ECHO", "end");
        for (int i = 0; i < pipeline.length(); i++) {
            wire.raw(pipeline.substring(i, i + 1));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(wire.reply()).isEqualTo(":0\r\n");
        }
        assertThat(wire.reply()).startsWith("-NOPERM 'publish'");
        assertThat(wire.reply()).startsWith("-ERR wrong number");
        assertThat(wire.reply()).isEqualTo("$3\r\nend\r\n");
    }

    @Test
    void monitorLinesAreNoReplies() throws Exception {
        try (RedisWire other = RedisWire.plain(proxy.port())) {
            other.ask("AUTH", ORDERS.clientName(), TestProxy.PASSWORD);
            other.ask("PING");
            assertThat(wire.ask("MONITOR")).isEqualTo("+OK\r\n");
            other.ask("SET", "monitored", "1");
            assertThat(wire.reply()).contains("\"SET\" \"monitored\" \"1\"");
            assertThat(wire.ask("RESET")).isEqualTo("+RESET\r\n");
            assertThat(wire.ask("AUTH", ORDERS.clientName(), TestProxy.PASSWORD))
                    .isEqualTo("+OK\r\n");
        }
    }

    @Test
    void messagesBetweenRepliesAreNotTakenForThem() throws Exception {
        try (RedisWire publisher = RedisWire.plain(proxy.port())) {
            publisher.ask("AUTH", ORDERS.clientName(), TestProxy.PASSWORD);
            wire.ask("SUBSCRIBE", "c");
            wire.ask("PSUBSCRIBE", "c*");
            for (int i = 0; i < 50; i++) {
                String text = Integer.toString(i);
                assertThat(publisher.ask("PUBLISH", "c", text)).isEqualTo(":2\r\n");
                wire.send("ECHO", "e" + text);
                List<String> three = List.of(wire.reply(), wire.reply(), wire.reply());
                assertThat(three)
                        .containsExactlyInAnyOrder(
                                ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n" + bulk(text),
                                ">4\r\n$8\r\npmessage\r\n$2\r\nc*\r\n$1\r\nc\r\n" + bulk(text),
                                bulk("e" + text));
            }
        }
    }

    @Test
    void aBrokenCommandIsAnsweredAfterTheOnesBeforeIt() throws Exception {
        wire.raw(RedisWire.command("PING") + RedisWire.command("ECHO", "x") + "*1\r\nPING\r\n");
        assertThat(wire.rest()).isEqualTo("+PONG\r\n$1\r\nx\r\n-ERR Protocol error: expected '$', got 'P'\r\n");
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }
}
