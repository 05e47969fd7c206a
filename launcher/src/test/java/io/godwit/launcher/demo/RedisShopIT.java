package io.godwit.launcher.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.redis.RedisDemoEngine;
import io.godwit.launcher.demo.load.ClientSession;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import io.godwit.launcher.demo.load.Load;
import io.godwit.launcher.demo.load.MessageSession;
import io.godwit.processes.FreePorts;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.KillArgs;
import io.lettuce.core.Range;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's own tools against a server, without a proxy or a move: do they notice what they are there to notice? */
class RedisShopIT {
    private static final long ROWS = 5_000;
    /** Each style twice. */
    private static final int CLIENTS = 32;

    private static final int ENOUGH = 60;
    private static final DatabaseId ID = new DatabaseId("demo", "shop");

    @TempDir
    private static Path folder;

    private static RedisServer server;
    private static DatabaseConnection database;
    private static SequencedMap<String, String> fingerprint;
    private static long filled;
    private static Load load;

    private final RedisDemoEngine engine = new RedisDemoEngine();

    @BeforeAll
    static void runTheShop() throws InterruptedException {
        server = RedisServer.shared("demo-shop");
        PlacedDatabase placed = server.createTenantDatabase(ID);
        database = new DatabaseConnection(
                placed.server().address().host(),
                openPlainPort(),
                placed.owner().user(),
                TestSecrets.sealer().open(placed.owner().password()),
                placed.databaseName());
        RedisDemoEngine engine = new RedisDemoEngine();
        AtomicLong progress = new AtomicLong();
        engine.fill(database, ROWS, CLIENTS, progress::set);
        filled = progress.get();
        fingerprint = engine.fingerprint(database);
        try (Load running = new Load(engine.openSessions(database, CLIENTS), folder)) {
            load = running;
            running.awaitEach(ENOUGH);
        }
    }

    /** The demo's clients come without TLS, as to the proxy; the fixture's servers have none else. */
    private static int openPlainPort() {
        int port = FreePorts.any();
        try (StatefulRedisConnection<byte[], byte[]> admin = server.openAdmin()) {
            admin.sync().configSet("port", Integer.toString(port));
        }
        return port;
    }

    @Test
    void theShopIsFilledAsLargeAsWasAskedFor() {
        assertThat(filled).isEqualTo(ROWS);
    }

    @Test
    void noClientSeesAnErrorAndTheDataAgreesWithTheJournals() {
        assertThat(load.meter().errors()).isEmpty();
        assertThat(load.meter().exchanges()).isGreaterThan(CLIENTS * ENOUGH);
        assertThat(check()).isEqualTo(new Verdict(0, 0, 0, List.of()));
    }

    @Test
    void theTrafficDoesNotChangeTheFingerprint() {
        assertThat(engine.fingerprint(database)).isEqualTo(fingerprint);
    }

    @Test
    void aWriteThatVanishesIsFound() {
        whileChanged(
                "live:audit:0:0",
                redis -> redis.rpop(key("live:audit:0:0")),
                () -> assertThat(check().lost()).isEqualTo(1));
        whileChanged(
                "live:account:0",
                redis -> redis.hincrby(key("live:account:0"), key("balance"), -1),
                () -> assertThat(check().lost()).isEqualTo(1));
    }

    @Test
    void aWriteThatHappenedTwiceIsFound() {
        whileChanged(
                "live:audit:0:0",
                redis -> redis.rpush(key("live:audit:0:0"), redis.lindex(key("live:audit:0:0"), -1)),
                () -> assertThat(check().doubled()).isEqualTo(1));
        whileChanged(
                "live:ticks:1",
                redis -> redis.incr(key("live:ticks:1")),
                () -> assertThat(check().doubled()).isEqualTo(1));
        whileChanged(
                "live:sold:0",
                redis -> redis.incr(key("live:sold:0")),
                () -> assertThat(check().doubled()).isEqualTo(1));
    }

    @Test
    void entriesInAnotherOrderAreFound() {
        whileChanged(
                "live:ledger:0:0",
                redis -> {
                    var first = redis.xrange(key("live:ledger:0:0"), Range.unbounded())
                            .getFirst();
                    redis.xdel(key("live:ledger:0:0"), first.getId());
                    redis.xadd(key("live:ledger:0:0"), first.getBody());
                },
                () -> assertThat(check().misordered()).isEqualTo(1));
    }

    @Test
    void aChangedValueAChangedTimeOfExpiryAndAMissingGroupChangeTheFingerprint() {
        whileChanged(
                "customer:5",
                redis -> redis.hset(key("customer:5"), key("points"), key("-1")),
                () -> assertThat(changed()).containsExactly("0/customer"));
        whileChanged(
                "session:5",
                redis -> redis.persist(key("session:5")),
                () -> assertThat(changed()).containsExactly("0/session"));
        whileChanged(
                "orders",
                redis -> redis.xgroupDestroy(key("orders"), key("shipping")),
                () -> assertThat(changed()).containsExactly("0/orders"));
        whileChanged(
                "log",
                redis -> redis.rpoplpush(key("log"), key("log")),
                () -> assertThat(changed()).containsExactly("0/log"));
    }

    @Test
    void aSessionThatIsEndedDoesNotComeBack() throws ExchangeFailed {
        for (int client = 0; client < CLIENTS / 2; client++) {
            try (ClientSession session = engine.openSession(database, CLIENTS + client)) {
                assertThat(session.settingsKept()).isTrue();
                endSessions();
                assertLost(client, session::settingsKept);
                if (session instanceof MessageSession messages) {
                    assertLost(client, messages::receive);
                }
            }
        }
    }

    private static void assertLost(int client, ThrowingCallable exchange) {
        assertThatThrownBy(exchange)
                .as("client %d", client)
                .isInstanceOfSatisfying(
                        ExchangeFailed.class, e -> assertThat(e.sessionLost()).isTrue());
    }

    private void endSessions() {
        try (StatefulRedisConnection<byte[], byte[]> admin = server.openAdmin()) {
            admin.sync().clientKill(KillArgs.Builder.user(database.user()));
        }
    }

    private Verdict check() {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(load.journals(), ledger);
        }
    }

    private List<String> changed() {
        return engine.fingerprint(database).entrySet().stream()
                .filter(entry -> !entry.getValue().equals(fingerprint.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Changes a key and puts it back, so that each test finds the shop as the traffic left it. */
    private static void whileChanged(String name, Consumer<RedisCommands<byte[], byte[]>> change, Runnable check) {
        byte[] untouched = key("untouched");
        try (StatefulRedisConnection<byte[], byte[]> admin = server.openAdmin()) {
            RedisCommands<byte[], byte[]> redis = admin.sync();
            redis.copy(key(name), untouched);
            redis.move(untouched, 15);
            try {
                change.accept(redis);
                check.run();
            } finally {
                redis.del(key(name));
                redis.select(15);
                redis.move(untouched, 0);
                redis.select(0);
                redis.rename(untouched, key(name));
            }
        }
    }

    private static byte[] key(String name) {
        return name.getBytes(UTF_8);
    }
}
