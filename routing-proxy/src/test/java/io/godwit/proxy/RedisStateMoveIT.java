package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand.ArmMigration;
import io.godwit.events.ProxyCommand.InspectSessions;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.MigrationArmed;
import io.godwit.events.ProxyEvent.SessionsInspected;
import io.godwit.testing.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session has on its server, and what becomes of it in a move. */
class RedisStateMoveIT {
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
    void aTransactionRunsToItsEndWhereItBegan() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            wire.ask("MULTI");
            wire.ask("INCR", "n");
            servers.arm();
            servers.hold();
            servers.stays("the drain waits", () -> !servers.proxy().hasTold(DrainCompleted.class));
            assertThat(wire.ask("INCR", "n")).isEqualTo("+QUEUED\r\n");
            wire.raw(RedisWire.command("EXEC") + RedisWire.command("INCR", "n"));
            assertThat(wire.reply()).isEqualTo("*2\r\n:1\r\n:2\r\n");
            servers.proxy().await(DrainCompleted.class);
            assertThat(wire.isQuiet(200)).isTrue();
            servers.handOver();
            servers.commit();
            assertThat(wire.reply()).isEqualTo(":3\r\n");
        }
    }

    @Test
    void aTargetThatWasStartedAgainIsGivenTheScriptsOnceMore() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            String sha =
                    wire.ask("SCRIPT", "LOAD", "return 42").lines().toList().get(1);
            servers.arm();
            servers.loseMemoryOfTarget();
            servers.move();
            assertThat(wire.ask("EVALSHA", sha, "0")).isEqualTo(":42\r\n");
        }
    }

    @Test
    void aTargetThatTookThePlaceOfAnotherIsGivenTheScripts() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            String sha =
                    wire.ask("SCRIPT", "LOAD", "return 42").lines().toList().get(1);
            servers.arm();
            servers.disarm();
            servers.loseMemoryOfTarget();
            servers.move();
            assertThat(wire.ask("EVALSHA", sha, "0")).isEqualTo(":42\r\n");
        }
    }

    @Test
    void aSourceThatWasStartedAgainInTheHoldIsGivenTheScriptsOnceMore() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            String sha =
                    wire.ask("SCRIPT", "LOAD", "return 42").lines().toList().get(1);
            servers.arm();
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            servers.sourceServer().process().kill();
            servers.sourceServer().process().start();
            servers.sourceServer().process().awaitReady(Duration.ofSeconds(20));
            servers.release();
            assertThat(wire.ask("EVALSHA", sha, "0")).isEqualTo(":42\r\n");
        }
    }

    @Test
    void pinnedSessionsAreNamed() throws Exception {
        try (RedisWire transaction = servers.connect(2);
                RedisWire monitor = servers.connect(2)) {
            transaction.ask("MULTI");
            monitor.ask("MONITOR");
            servers.proxy()
                    .command(new ArmMigration(
                            TestProxy.step(TwoRedisServers.ORDERS, 1), 1, TestProxy.backend(servers.target())));
            assertThat(servers.proxy().await(MigrationArmed.class).pinned())
                    .extracting(pinned -> pinned.reason())
                    .containsExactlyInAnyOrder("transaction", "monitor");
        }
    }

    @Test
    void sessionsThatCouldNotLeaveAreNamedWhileNobodyHasTo() throws Exception {
        try (RedisWire transaction = servers.connect(2);
                RedisWire monitor = servers.connect(2);
                RedisWire half = servers.connect(2);
                RedisWire blocked = servers.connect(2);
                RedisWire free = servers.connect(3)) {
            transaction.ask("MULTI");
            monitor.ask("MONITOR");
            half.raw("*2\r\n$3\r\nGET\r\n");
            blocked.send("BLPOP", "q", "0");
            free.ask("SUBSCRIBE", "c");
            Eventually.await(
                    "the pop waits",
                    Duration.ofSeconds(20),
                    () -> TwoRedisServers.info(servers.sourceAdmin(), "blocked_clients")
                            .equals("1"));
            servers.proxy().command(new InspectSessions(TestProxy.step(TwoRedisServers.ORDERS, 1)));
            SessionsInspected answer = servers.proxy().await(SessionsInspected.class);

            assertThat(answer.sessions()).isEqualTo(5);
            assertThat(answer.pinned())
                    .extracting(pinned -> pinned.reason())
                    .containsExactlyInAnyOrder("transaction", "monitor", "command");
            transaction.ask("INCR", "n");
            assertThat(transaction.ask("EXEC")).isEqualTo("*1\r\n:1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void whatWasWatchedCountsAsChanged(int protocolVersion) throws Exception {
        try (RedisWire wire = servers.connect(protocolVersion)) {
            String nothing = protocolVersion == 3 ? "_\r\n" : "*-1\r\n";
            wire.ask("WATCH", "k");
            servers.move();
            wire.raw(RedisWire.command("MULTI") + RedisWire.command("SET", "k", "v") + RedisWire.command("EXEC"));
            assertThat(wire.reply() + wire.reply() + wire.reply()).isEqualTo("+OK\r\n+QUEUED\r\n" + nothing);
            assertThat(wire.ask("EXISTS", "k")).isEqualTo(":0\r\n");
            // The next transaction runs.
            wire.raw(RedisWire.command("MULTI") + RedisWire.command("SET", "k", "v") + RedisWire.command("EXEC"));
            assertThat(wire.reply() + wire.reply() + wire.reply()).isEqualTo("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
            wire.ask("WATCH", "k");
            servers.move();
            wire.ask("UNWATCH");
            wire.raw(RedisWire.command("MULTI") + RedisWire.command("DEL", "k") + RedisWire.command("EXEC"));
            assertThat(wire.reply() + wire.reply() + wire.reply()).isEqualTo("+OK\r\n+QUEUED\r\n*1\r\n:1\r\n");
            wire.ask("WATCH", "k");
            servers.move();
            wire.raw(RedisWire.command("MULTI") + RedisWire.command("NOSUCH") + RedisWire.command("EXEC"));
            assertThat(wire.reply()).isEqualTo("+OK\r\n");
            assertThat(wire.reply()).startsWith("-ERR");
            assertThat(wire.reply()).startsWith("-EXECABORT");
        }
    }

    @Test
    void aClientThatTracksForgetsItsCacheAndGoesOnTracking() throws Exception {
        try (RedisWire tracker = servers.connect(3);
                RedisWire writer = servers.connect(3)) {
            assertThat(tracker.ask("CLIENT", "TRACKING", "ON", "NOLOOP")).isEqualTo("+OK\r\n");
            tracker.ask("GET", "k");
            writer.ask("SET", "k", "1");
            assertThat(tracker.reply()).isEqualTo(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
            tracker.ask("GET", "k");
            servers.move();
            assertThat(tracker.reply()).isEqualTo(">2\r\n$10\r\ninvalidate\r\n_\r\n");
            tracker.ask("GET", "k");
            writer.ask("SET", "k", "2");
            assertThat(tracker.reply()).isEqualTo(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
            assertThat(tracker.ask("CLIENT", "TRACKINGINFO")).contains("noloop");
        }
    }

    @Test
    void repliesThatTheClientDoesNotWantStayAwayAfterAMove() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            wire.send("CLIENT", "REPLY", "OFF");
            wire.send("SET", "k", "1");
            servers.move();
            wire.send("INCR", "k");
            wire.send("CLIENT", "REPLY", "ON");
            assertThat(wire.reply()).isEqualTo("+OK\r\n");
            assertThat(wire.ask("GET", "k")).isEqualTo("$1\r\n2\r\n");
            wire.send("CLIENT", "REPLY", "SKIP");
            servers.move();
            wire.send("INCR", "k");
            assertThat(wire.ask("GET", "k")).isEqualTo("$1\r\n3\r\n");
        }
    }

    @Test
    void aLoadedScriptIsThereAfterAMove() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            String sha =
                    wire.ask("SCRIPT", "LOAD", "return 42").lines().toList().get(1);
            servers.move();
            assertThat(wire.ask("EVALSHA", sha, "0")).isEqualTo(":42\r\n");
        }
    }

    @Test
    void aSessionWaitsWhileItsServerIsFencedAndGoesOnBehindTheFence() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            wire.ask("SET", "k", "v");
            servers.fence();
            // No hold: a proxy that has missed it.
            wire.send("GET", "k");
            assertThat(wire.isQuiet(200)).isTrue();
            servers.unfence();
            assertThat(wire.reply()).isEqualTo("$1\r\nv\r\n");
        }
    }

    @Test
    void aServerThatIsNoMasterYetIsWaitedFor() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            wire.ask("SET", "k", "v");
            servers.arm();
            servers.hold();
            servers.proxy().await(DrainCompleted.class);
            wire.send("SET", "k", "w");
            // The route comes before the server is promoted: nobody sees READONLY.
            servers.commitAtOnce();
            assertThat(wire.isQuiet(300)).isTrue();
            TwoRedisServers.must(servers.sourceAdmin().ask("REPLICAOF", "NO", "ONE"));
            assertThat(wire.reply()).isEqualTo("+OK\r\n");
        }
    }

    @Test
    void anEndedServerEndsTheSessionAndTheClientComesBack() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            String id = wire.ask("CLIENT", "ID").substring(1).strip();
            servers.sourceAdmin().ask("CLIENT", "KILL", "ID", id);
            assertThat(wire.rest()).isEmpty();
        }
        try (RedisWire again = servers.connect(2)) {
            assertThat(again.ask("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aSessionThatIsCutGetsARedisError() throws Exception {
        try (RedisWire wire = servers.connect(2)) {
            wire.ask("PING");
            servers.proxy().gates().cutAll();
            assertThat(wire.rest()).startsWith("-ERR ").endsWith("\r\n");
        }
    }

    @Test
    void aSessionThatIsAskedToLeaveFinishesItsTransaction() throws Exception {
        try (RedisWire wire = servers.connect(2);
                RedisWire waiting = servers.connect(2)) {
            wire.ask("MULTI");
            waiting.send("BLPOP", "q", "0");
            Eventually.await(
                    "the pop waits",
                    Duration.ofSeconds(20),
                    () -> TwoRedisServers.info(servers.sourceAdmin(), "blocked_clients")
                            .equals("1"));
            servers.proxy().gates().leaveAll();
            assertThat(waiting.rest()).startsWith("-ERR ");
            assertThat(wire.ask("INCR", "n")).isEqualTo("+QUEUED\r\n");
            assertThat(wire.ask("EXEC")).isEqualTo("*1\r\n:1\r\n");
            assertThat(wire.rest()).startsWith("-ERR ");
        }
    }
}
