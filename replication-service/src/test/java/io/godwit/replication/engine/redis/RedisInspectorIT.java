package io.godwit.replication.engine.redis;

import static io.godwit.replication.engine.redis.RedisSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Finding;
import io.godwit.replication.engine.Inspection;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.FlushMode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RedisInspectorIT {
    private Basket basket;
    private PlacedDatabase source;
    private PlacedDatabase target;

    @BeforeEach
    void openBasket() {
        basket = new Basket();
        source = basket.stream.source();
        target = basket.stream.target();
        basket.write(source, "text", "plain");
    }

    @AfterEach
    void closeBasket() throws Exception {
        for (PlacedDatabase database : new PlacedDatabase[] {source, target}) {
            basket.admin(
                    database,
                    commands -> commands.configSet(Map.of(
                            "maxmemory", "0",
                            "maxmemory-policy", "noeviction",
                            "notify-keyspace-events", "",
                            "min-replicas-to-write", "0",
                            "tls-replication", "yes")));
        }
        basket.close();
    }

    @Test
    void aDatabaseThatCanMoveHasNoBlocker() throws Exception {
        Inspection found = basket.engine().inspect(source, target.server());

        assertThat(found.findings())
                .noneMatch(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .noneMatch(finding -> finding.severity() == Finding.Severity.WARNING);
        assertThat(found.method()).isEqualTo("replication");
        assertThat(found.estimatedRows()).isEqualTo(1);
        assertThat(found.tables()).isEqualTo(1);
        assertThat(found.bytes()).isPositive();
        assertThat(basket.engine().inspect(source, null).findings()).isEmpty();
    }

    @Test
    void whatAPersonShouldKnowIsNamed() throws Exception {
        basket.admin(source, commands -> {
            commands.set(bytes("big one"), new byte[100_000]);
            commands.functionLoad(RedisSamples.LIBRARY, true);
            commands.scriptLoad("return 1");
            return commands.configSet(Map.of("notify-keyspace-events", "Ex", "maxmemory-policy", "allkeys-lru"));
        });

        Inspection found = basket.engine().inspect(source, target.server());

        assertFinding(found, Finding.Severity.WARNING, "BIG_KEY", "big one");
        assertFinding(found, Finding.Severity.INFO, "FUNCTION_LIBRARY", "shop");
        assertFinding(found, Finding.Severity.INFO, "CACHED_SCRIPTS", "");
        assertFinding(found, Finding.Severity.INFO, "KEYSPACE_EVENTS", "");
        assertFinding(found, Finding.Severity.WARNING, "KEYSPACE_EVENTS_DIFFER", "notify-keyspace-events");
        assertFinding(found, Finding.Severity.WARNING, "MAXMEMORY_POLICY", "maxmemory-policy");
        basket.admin(source, commands -> {
            commands.scriptFlush(FlushMode.SYNC);
            return true;
        });
    }

    @Test
    void aTargetThatIsTooSmallIsRefusedByPreflightAndByTheCopy() throws Exception {
        basket.admin(source, commands -> commands.set(bytes("much"), new byte[4_000_000]));
        basket.admin(target, commands -> commands.configSet("maxmemory", "3mb"));

        assertFinding(
                basket.engine().inspect(source, target.server()), Finding.Severity.BLOCKER, "MAXMEMORY_TOO_SMALL", "");
        assertCopyRefused("MAXMEMORY_TOO_SMALL");
    }

    @Test
    void aTargetThatCanNotTakeOverIsRefused() throws Exception {
        basket.admin(
                target, commands -> commands.configSet(Map.of("min-replicas-to-write", "1", "tls-replication", "no")));

        Inspection found = basket.engine().inspect(source, target.server());

        assertFinding(found, Finding.Severity.BLOCKER, "REPLICAS_REQUIRED", "");
        assertFinding(found, Finding.Severity.BLOCKER, "TLS_REPLICATION", "");
        assertCopyRefused("TLS_REPLICATION");
    }

    @Test
    void aReplicaIsNotMovedAndNeitherAreTheReplicasOfAServer() throws Exception {
        try (RedisServer follower = RedisServer.start("follower")) {
            PlacedDatabase replica = follower.createTenantDatabase(basket.id);
            RedisLinkSettings settings = new RedisLinkSettings(
                    TestSecrets.sealer(),
                    basket.records,
                    new RedisLimits(DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), 1));
            try (RedisSession session = new RedisSession(RedisServer.connections(), follower.access())) {
                settings.raise(session, "mig_other", replica, source);
                session.commands()
                        .replicaof("127.0.0.1", source.server().address().port());
            }
            Eventually.await(
                    "the replica is attached",
                    Duration.ofSeconds(20),
                    () -> basket.state(replica).linkUp());

            assertFinding(basket.engine().inspect(replica, null), Finding.Severity.BLOCKER, "SERVER_IS_REPLICA", "");
            assertFinding(
                    basket.engine().inspect(source, null),
                    Finding.Severity.WARNING,
                    "OTHER_REPLICA",
                    "127.0.0.1:" + follower.access().address().port());
        }
    }

    @Test
    void anotherUserIsNamed() throws Exception {
        basket.admin(source, commands -> commands.aclSetuser("reader", AclSetuserArgs.Builder.on()));

        assertFinding(basket.engine().inspect(source, null), Finding.Severity.INFO, "OTHER_USER", "reader");
        basket.admin(source, commands -> commands.aclDeluser("reader"));
    }

    private void assertCopyRefused(String code) {
        assertThatThrownBy(() -> basket.engine().copy(basket.stream, _ -> {}))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(code));
        assertThat(basket.traces(source)).isEmpty();
    }

    private static void assertFinding(Inspection found, Finding.Severity severity, String code, String object) {
        assertThat(found.findings()).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.code()).isEqualTo(code);
            assertThat(String.valueOf(finding.object())).contains(object.isEmpty() ? "null" : object);
        });
    }
}
