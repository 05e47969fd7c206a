package io.godwit.replication.engine.redis;

import static io.godwit.replication.engine.redis.RedisSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisFenceIT {
    private static final Duration READY = Duration.ofSeconds(30);

    private Basket basket;
    private PlacedDatabase source;
    private String migration;

    @BeforeEach
    void openBasket() {
        basket = new Basket();
        source = basket.stream.source();
        migration = basket.stream.migrationId();
    }

    @AfterEach
    void closeBasket() throws Exception {
        basket.engine().unfence(migration, source);
        basket.close();
    }

    @Test
    void everyConnectionOfTheTenantEndsAndNoNewOneIsLetIn() throws Exception {
        try (StatefulRedisConnection<byte[], byte[]> working = RedisServer.openOwner(source);
                StatefulRedisConnection<byte[], byte[]> blocked = RedisServer.openOwner(source)) {
            var waiting = blocked.async().blpop(60, bytes("queue"));
            working.sync().set(bytes("a"), bytes("1"));

            basket.engine().fence(migration, source, ClientHold.UNLIMITED);

            assertThatThrownBy(() -> working.sync().get(bytes("a"))).isInstanceOf(RedisException.class);
            assertThatThrownBy(waiting::get).isNotNull();
            assertThatThrownBy(() -> RedisServer.openOwner(source))
                    .isInstanceOf(RedisException.class)
                    .hasRootCauseMessage("WRONGPASS invalid username-password pair or user is disabled.");
            assertThat(basket.<String>admin(source, commands -> commands.clientList()))
                    .doesNotContain("user=" + source.owner().user());
        }
    }

    @Test
    void theFenceSurvivesARestartOfTheServer() throws Exception {
        basket.engine().fence(migration, source, ClientHold.UNLIMITED);
        basket.sourceServer.process().kill();
        basket.sourceServer.process().start();
        basket.sourceServer.process().awaitReady(READY);

        assertThatThrownBy(() -> RedisServer.openOwner(source)).isInstanceOf(RedisException.class);
        basket.engine().unfence(migration, source);
        basket.sourceServer.process().kill();
        basket.sourceServer.process().start();
        basket.sourceServer.process().awaitReady(READY);
        RedisServer.openOwner(source).close();
    }

    @Test
    void unfencingRestoresExactlyWhatWasThere() throws Exception {
        Login other = new Login("reader", TestSecrets.sealer().seal("secret"));
        basket.admin(
                source,
                commands -> commands.aclSetuser(
                        other.user(),
                        AclSetuserArgs.Builder.on()
                                .addPassword("secret")
                                .allKeys()
                                .allCommands()));
        basket.admin(
                source,
                commands -> commands.aclSetuser(
                        "asleep", AclSetuserArgs.Builder.off().allKeys().allCommands()));
        List<String> before = basket.admin(source, commands -> commands.aclList());
        PlacedDatabase asOther = new PlacedDatabase(source.server(), source.databaseName(), other);
        RedisServer.openOwner(asOther).close();

        basket.engine().fence(migration, source, ClientHold.UNLIMITED);
        assertThatThrownBy(() -> RedisServer.openOwner(asOther)).isInstanceOf(RedisException.class);
        // What was there is not forgotten when a fenced database is fenced again.
        basket.engine().fence(migration, source, ClientHold.UNLIMITED);
        basket.engine().unfence(migration, source);

        assertThat(basket.<List<String>>admin(source, commands -> commands.aclList()))
                .isEqualTo(before);
        basket.admin(source, commands -> commands.aclDeluser("reader", "asleep"));
    }

    @Test
    void aUserDeletedBehindTheFenceIsNotMadeAnewAndDoesNotKeepItUp() throws Exception {
        basket.admin(source, commands -> commands.aclSetuser("passing", AclSetuserArgs.Builder.on()));
        basket.engine().fence(migration, source, ClientHold.UNLIMITED);
        basket.admin(source, commands -> commands.aclDeluser("passing"));
        basket.engine().fence(migration, source, ClientHold.UNLIMITED);
        basket.engine().unfence(migration, source);

        assertThat(basket.<List<String>>admin(source, commands -> commands.aclUsers()))
                .doesNotContain("passing");
        RedisServer.openOwner(source).close();
    }

    @Test
    void noClientsChangeComesAfterThePosition() throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        List<Thread> knocking = IntStream.range(0, 4)
                .mapToObj(n -> Thread.ofVirtual().start(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        try (StatefulRedisConnection<byte[], byte[]> session = RedisServer.openOwner(source)) {
                            while (!Thread.currentThread().isInterrupted()) {
                                session.sync().incr(bytes("counter:" + n));
                                rounds.incrementAndGet();
                            }
                        } catch (RedisException _) {
                            Thread.onSpinWait();
                        }
                    }
                }))
                .toList();
        try {
            for (int round = 0; round < 5; round++) {
                RedisPosition position =
                        RedisPosition.parse(basket.engine().fence(migration, source, ClientHold.UNLIMITED));
                Map<String, String> contents = basket.contents(source);
                assertThat(basket.state(source).position()).isEqualTo(position);
                assertThat(basket.contents(source)).isEqualTo(contents);
                basket.engine().unfence(migration, source);
            }
            assertThat(rounds.get()).isPositive();
        } finally {
            knocking.forEach(Thread::interrupt);
        }
    }

    @Test
    void aServerThatCanNotKeepItsUsersIsNotSaidToBeFenced() throws Exception {
        try (RedisServer forgetful = RedisServer.start("forgetful")) {
            PlacedDatabase database = forgetful.createTenantDatabase(basket.id);
            PlacedDatabase unsaved = new PlacedDatabase(database.server(), "x", database.owner());
            Path users = forgetful.process().settings().directory().resolve("users.acl");
            Files.delete(users);
            Files.createDirectory(users);

            assertThatThrownBy(() -> basket.engine().fence("mig_forgetful", unsaved, ClientHold.UNLIMITED))
                    .isInstanceOfSatisfying(
                            ReplicationException.class,
                            e -> assertThat(e.failure().code()).isEqualTo("USERS_NOT_SAVED"));
        }
    }
}
