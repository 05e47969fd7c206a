package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One session at a time goes from one server to the other. */
class RedisSwitchIT {
    private TwoRedisServers servers;

    @BeforeEach
    void start() throws Exception {
        servers = new TwoRedisServers();
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    @Test
    void aSessionGoesToAndFroAndFindsItsDataAndItself() throws Exception {
        try (RedisWire wire = servers.connect(3)) {
            assertThat(wire.ask("SELECT", "3")).isEqualTo("+OK\r\n");
            assertThat(wire.ask("CLIENT", "SETNAME", "worker")).isEqualTo("+OK\r\n");
            for (int i = 0; i < 4; i++) {
                assertThat(wire.ask("INCR", "n")).isEqualTo(":" + (i + 1) + "\r\n");
                servers.move();
                String info = wire.ask("CLIENT", "INFO");
                assertThat(info).contains("name=worker").contains("db=3").contains("resp=3");
                assertThat(info)
                        .contains("laddr=127.0.0.1:"
                                + servers.source().server().address().port());
            }
        }
    }

    @Test
    void whatIsSentDuringTheHoldRunsAfterItInOrder() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            servers.arm();
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            StringBuilder pipeline = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                pipeline.append(RedisWire.command("RPUSH", "l", Integer.toString(i)));
            }
            wire.raw(pipeline.toString());
            assertThat(wire.isQuiet(200)).isTrue();
            servers.handOver();
            servers.commit();
            for (int i = 0; i < 100; i++) {
                assertThat(wire.reply()).isEqualTo(":" + (i + 1) + "\r\n");
            }
        }
    }

    @Test
    void aProxyThatSleptThroughTheSwitchRunsWhatItsClientsSentMeanwhile() throws Exception {
        List<RedisWire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 24; i++) {
                wires.add(servers.connect(2));
            }
            try (TestProxy.Sleep _ = servers.proxy().sleep()) {
                for (RedisWire wire : wires) {
                    wire.raw(RedisWire.command("INCR", "n") + RedisWire.command("CLIENT", "INFO"));
                }
                servers.handOver();
                Eventually.stays("asleep", TestProxy.NOTICED, () -> true);
            }
            servers.commitAtOnce();

            for (RedisWire wire : wires) {
                assertThat(wire.reply()).startsWith(":");
                assertThat(wire.reply())
                        .contains("laddr=127.0.0.1:"
                                + servers.source().server().address().port());
            }
        } finally {
            for (RedisWire wire : wires) {
                wire.close();
            }
        }
    }

    @Test
    void whatWasHeldByAProxyThatThenSleptIsCountedAsSoonAsItRuns() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            servers.arm();
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            wire.raw(RedisWire.command("INCR", "n"));
            assertThat(wire.isQuiet(200)).isTrue();
            servers.handOver();
            try (TestProxy.Sleep _ = servers.proxy().sleep()) {
                servers.commitAtOnce();
                Eventually.stays("asleep", TestProxy.NOTICED, () -> true);
            }
            assertThat(wire.reply()).isEqualTo(":1\r\n");
            assertThat(servers.proxy().await(TrafficReleased.class).heldExchanges())
                    .isEqualTo(1);
        }
    }

    @Test
    void aPipelineThatIsHalfAnsweredFinishesWhereItRunsAndTheRestRunsOnTheOtherServer() throws Exception {
        try (RedisWire wire = servers.connect(2);
                RedisWire other = servers.connect(2)) {
            DatabaseGate gate = servers.proxy().gate(TwoRedisServers.ORDERS);
            int source = servers.source().server().address().port();
            servers.arm();
            String busy = RedisWire.command("EVAL", "for i = 1, 5000000 do end return redis.call('INCR', 'n')", "0");
            wire.raw(busy.repeat(6) + RedisWire.command("CLIENT", "INFO"));
            assertThat(wire.reply()).isEqualTo(":1\r\n");
            servers.hold();
            Eventually.await("the hold has begun", Duration.ofSeconds(10), () -> {
                other.raw(RedisWire.command("PING"));
                return gate.waiting() > 0;
            });
            wire.raw(RedisWire.command("INCR", "n") + RedisWire.command("CLIENT", "INFO"));
            for (int i = 2; i <= 6; i++) {
                assertThat(wire.reply()).isEqualTo(":" + i + "\r\n");
            }
            assertThat(wire.reply()).contains("laddr=127.0.0.1:" + source);
            servers.proxy().await(DrainCompleted.class);
            servers.handOver();
            servers.commit();
            int target = servers.source().server().address().port();
            assertThat(wire.reply()).isEqualTo(":7\r\n");
            assertThat(wire.reply()).contains("laddr=127.0.0.1:" + target);
            assertThat(wire.ask("GET", "n")).isEqualTo("$1\r\n7\r\n");
        }
    }

    @Test
    void aValueThatIsHalfSentWhenTheHoldBeginsIsStoredWhole() throws Exception {
        String value = "0123456789".repeat(800_000);
        String command = RedisWire.command("SET", "big", value);
        try (RedisWire wire = servers.connect(2)) {
            wire.raw(command.substring(0, command.length() / 2));
            servers.arm();
            servers.hold();
            wire.raw(command.substring(command.length() / 2) + RedisWire.command("APPEND", "big", "!"));
            assertThat(wire.reply()).isEqualTo("+OK\r\n");
            servers.proxy().await(DrainCompleted.class);
            servers.handOver();
            servers.commit();
            assertThat(wire.reply()).isEqualTo(":8000001\r\n");
            assertThat(wire.ask("GET", "big")).isEqualTo("$8000001\r\n" + value + "!\r\n");
        }
    }

    @Test
    void anEncryptedClientThatSpeaksInlineStaysConnectedOverAMove() throws Exception {
        try (RedisWire wire = RedisWire.encrypted(servers.proxy().port())) {
            assertThat(wire.ask("AUTH", TwoRedisServers.ORDERS.clientName(), TestProxy.PASSWORD))
                    .isEqualTo("+OK\r\n");
            wire.raw("SET greeting \"good morning\"\r\n");
            assertThat(wire.reply()).isEqualTo("+OK\r\n");
            servers.move();
            wire.raw("APPEND greeting !\nGET greeting\r\n");
            assertThat(wire.reply()).isEqualTo(":13\r\n");
            assertThat(wire.reply()).isEqualTo("$13\r\ngood morning!\r\n");
        }
    }
}
