package io.godwit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedisServerIT {
    private static final DatabaseId ORDERS = new DatabaseId("acme", "orders");
    private static final Duration READY = Duration.ofSeconds(60);

    private static final RedisServer server = RedisServer.shared("fixture");

    @Test
    void anOwnerMayDoEverythingWithItsDataAndNothingWithTheServer() {
        PlacedDatabase orders = server.createTenantDatabase(ORDERS);

        try (StatefulRedisConnection<byte[], byte[]> connection = RedisServer.openOwner(orders)) {
            RedisCommands<byte[], byte[]> commands = connection.sync();
            commands.set(bytes("cart"), bytes("full"));
            assertThat(commands.keys("cart*")).containsExactly(bytes("cart"));
            assertThat(commands.aclWhoami()).isEqualTo("orders__acme");
            commands.flushall();
            assertThat(commands.dbsize()).isZero();
            assertThatThrownBy(() -> commands.configGet("requirepass"))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessageStartingWith("NOPERM");
            assertThatThrownBy(commands::replicaofNoOne).hasMessageStartingWith("NOPERM");
            assertThatThrownBy(commands::aclList).hasMessageStartingWith("NOPERM");
            assertThatThrownBy(commands::bgsave).hasMessageStartingWith("NOPERM");
        }
        server.dropTenantDatabase(ORDERS);
        assertThatThrownBy(() -> RedisServer.openOwner(orders)).isInstanceOf(RedisException.class);
    }

    @Test
    void aWrongPasswordIsRefused() {
        Login wrong =
                new Login(server.access().admin().user(), TestSecrets.sealer().seal("not the password"));

        assertThatThrownBy(() -> RedisServer.connections().open(server.access(), wrong))
                .isInstanceOf(RedisException.class)
                .hasRootCauseMessage("WRONGPASS invalid username-password pair or user is disabled.");
    }

    @Test
    void comesBackWithItsDataAndItsUsersAfterACrash() {
        try (RedisServer crashing = RedisServer.start("crashing")) {
            PlacedDatabase orders = crashing.createTenantDatabase(ORDERS);
            try (StatefulRedisConnection<byte[], byte[]> connection = RedisServer.openOwner(orders)) {
                connection.sync().set(bytes("answer"), bytes("42"));
            }

            crashing.process().kill();
            assertThat(crashing.process().running()).isEmpty();
            crashing.process().start();
            crashing.process().awaitReady(READY);

            try (StatefulRedisConnection<byte[], byte[]> connection = RedisServer.openOwner(orders)) {
                assertThat(connection.sync().get(bytes("answer"))).isEqualTo(bytes("42"));
            }
        }
    }

    @Test
    void whatTheServerItselfHasWrittenDownOutlivesARestart() {
        try (RedisServer changed = RedisServer.start("changed", Map.of("maxmemory", "64mb"))) {
            assertThat(setting(changed, "maxmemory")).isEqualTo("67108864");
            try (StatefulRedisConnection<byte[], byte[]> admin = changed.openAdmin()) {
                admin.sync().configSet("maxmemory", "32mb");
                admin.sync().configRewrite();
            }

            changed.process().stop();
            changed.process().start();
            changed.process().awaitReady(READY);

            assertThat(setting(changed, "maxmemory")).isEqualTo("33554432");
            assertThat(setting(changed, "tls-port"))
                    .isEqualTo(Integer.toString(changed.process().settings().port()));
        }
    }

    @Test
    void aReplicaFollowsWithTheReplicationLogin() throws InterruptedException {
        try (RedisServer follower = RedisServer.start("follower");
                StatefulRedisConnection<byte[], byte[]> source = server.openAdmin();
                StatefulRedisConnection<byte[], byte[]> target = follower.openAdmin()) {
            source.sync().set(bytes("copied"), bytes("yes"));
            Login replication = server.access().replication();
            target.sync().configSet("masteruser", replication.user());
            target.sync().configSet("masterauth", TestSecrets.sealer().open(replication.password()));
            target.sync().replicaof("127.0.0.1", server.access().address().port());

            Eventually.assertThat(
                    "the follower has the source's key",
                    READY,
                    () -> assertThat(target.sync().get(bytes("copied"))).isEqualTo(bytes("yes")));
        }
    }

    private static String setting(RedisServer server, String name) {
        try (StatefulRedisConnection<byte[], byte[]> admin = server.openAdmin()) {
            return admin.sync().configGet(name).getOrDefault(name, "");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
