package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyEvent.DrainCompleted;
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
}
