package io.godwit.backup.engine.redis;

import static io.godwit.backup.engine.redis.RedisContent.as;
import static io.godwit.backup.engine.redis.RedisContent.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.backup.engine.ReplacementBrokenOffException;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.engine.redis.RedisEngineFixture.Archive;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisReplacementIT {
    private static final DatabaseId ORDERS = DatabaseId.parse("acme/orders");
    private static final byte[] BEFORE = bytes("what was there");
    private static final Pattern QUEUING = Pattern.compile(" multi=[1-9]");
    private static final String LIMIT = "50000000";

    private static RedisServer source;
    private static RedisEngineFixture fixture;
    private static Archive archive;

    private RedisServer server;
    private PlacedDatabase target;

    @BeforeAll
    static void backUp() throws IOException {
        source = RedisServer.start("origin");
        fixture = new RedisEngineFixture("replacement", Duration.ofSeconds(3));
        PlacedDatabase database = source.createTenantDatabase(ORDERS);
        RedisContent.fill(database);
        // What does not compress: it is sent as long as it is.
        byte[] noise = new byte[2 << 20];
        new Random(1).nextBytes(noise);
        as(database, commands -> commands.set(bytes("noise"), noise));
        archive = fixture.backUp(database);
    }

    @AfterAll
    static void stop() {
        fixture.close();
        source.close();
    }

    @BeforeEach
    void startTarget() {
        server = RedisServer.start("target", Map.of("maxmemory", LIMIT, "maxmemory-policy", "allkeys-lru"));
        target = server.createTenantDatabase(ORDERS);
        as(target, commands -> commands.set(BEFORE, bytes("before")));
    }

    @AfterEach
    void stopTarget() throws IOException {
        server.close();
        assertThat(fixture.scratchFolders()).as("folders left").isEmpty();
    }

    @Test
    void theMemoryLimitIsAsBeforeAndNoMarkIsLeft() throws Exception {
        try (ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            scratch.fingerprints(archive.moment);
            assertThat(scratch.setAside()).isEqualTo("maxmemory=" + LIMIT + " client-query-buffer-limit=1073741824");
            scratch.replaceTarget();
        }

        assertThat(limit()).isEqualTo(LIMIT);
        assertThat(RedisContent.get(target, bytes("__godwit__:replaced-by:godwit_restore_it")))
                .isNull();
        assertThat(RedisEngineFixture.contents(target, archive.moment)).isEqualTo(archive.tables);
    }

    @Test
    void aSmallerLimitOfWhatAClientMaySendIsNotInTheWayAndThereAgainAfterwards() throws Exception {
        administrator(commands -> commands.configSet("client-query-buffer-limit", "1048576"));

        replace(target);

        assertThat(RedisEngineFixture.contents(target, archive.moment)).isEqualTo(archive.tables);
        assertThat(setting("client-query-buffer-limit")).isEqualTo("1048576");
    }

    @Test
    void aLastLookThatRefusesWhenEverythingIsQueuedLeavesTheDatabaseAsItWas() throws Exception {
        OperationFailedException refusal =
                new OperationFailedException("DATABASE_NOT_EMPTY", "written to", Failure.Kind.CONFLICT);
        try (ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            scratch.fingerprints(archive.moment);

            assertThatThrownBy(() -> scratch.replaceTarget(() -> {
                        assertThat(limit()).as("while everything is queued").isEqualTo("0");
                        throw refusal;
                    }))
                    .isSameAs(refusal);
        }

        assertThat(limit()).isEqualTo(LIMIT);
        assertThat(RedisContent.get(target, BEFORE)).isEqualTo(bytes("before"));
    }

    @Test
    void anOpenSessionGoesOnInTheNewContents() throws Exception {
        try (StatefulRedisConnection<byte[], byte[]> session = RedisServer.openOwner(target);
                ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            session.sync().watch(BEFORE);
            scratch.fingerprints(archive.moment);
            scratch.replaceTarget();

            assertThat(session.sync().get(bytes("order:7"))).isEqualTo(bytes("value 7"));
            session.sync().multi();
            session.sync().set(bytes("late"), bytes("1"));
            assertThat(session.sync().exec().wasDiscarded())
                    .as("what was watched has changed")
                    .isTrue();
        }
    }

    @Test
    void whatDoesNotFitIntoTheServersMemoryIsRefusedAndNothingTouched() throws Exception {
        administrator(commands -> commands.configSet("maxmemory", "2000000"));

        assertRefused("SERVER_UNSUITABLE", () -> replace(target));

        assertThat(limit()).isEqualTo("2000000");
        assertUntouched();
    }

    @Test
    void aServerWithFewerLogicalDatabasesIsRefusedAndNothingTouched() throws Exception {
        try (RedisServer small = RedisServer.start("small", Map.of("databases", "15"))) {
            PlacedDatabase into = small.createTenantDatabase(ORDERS);
            as(into, commands -> commands.set(BEFORE, bytes("before")));

            assertRefused("SERVER_UNSUITABLE", () -> replace(into));

            assertThat(RedisContent.get(into, BEFORE)).isEqualTo(bytes("before"));
        }
    }

    @Test
    void aDatabaseThatAnotherServerFollowsIsNotReplacedAndNeitherIsOneThatFollows() throws Exception {
        try (RedisServer replica = RedisServer.start("replica")) {
            PlacedDatabase copy = replica.createTenantDatabase(ORDERS);
            follow(replica);
            Eventually.await(
                    "the replica", RedisEngineFixture.LONG, () -> as(copy, commands -> commands.exists(BEFORE)) > 0);

            assertRefused("DATABASE_BUSY", () -> replace(target));
            assertRefused("DATABASE_BUSY", () -> fixture.engine.isEmptyAndReplaceable(target));
            assertRefused("DATABASE_BUSY", () -> fixture.engine.isEmptyAndReplaceable(copy));
        }
        assertUntouched();
    }

    @Test
    void aTargetThatIsLostWhileItIsReplacedIsAsBefore() throws Exception {
        try (FaultyLink link = FaultyLink.to(server.access().address())) {
            FutureTask<Void> replacement = begin(reachedBy(link));
            link.cut();

            assertBrokenOff("SOURCE_UNREACHABLE", () -> result(replacement));
            Eventually.await("the end of the connections", RedisEngineFixture.LONG, () -> link.openConnections() == 0);
        }

        assertUntouched();
        assertThat(fixture.engine.recoverReplacement(target, "godwit_restore_it", "maxmemory=" + LIMIT))
                .isFalse();
        assertThat(limit()).isEqualTo(LIMIT);
    }

    @Test
    void aTargetThatTakesNothingMoreIsGivenUpAndAsBefore() throws Exception {
        try (FaultyLink link = FaultyLink.to(server.access().address())) {
            FutureTask<Void> replacement = begin(reachedBy(link));
            link.stall();

            assertBrokenOff("DUMP_STALLED", () -> result(replacement));
            assertUntouched();
            link.pass();
            Eventually.await("the end of the connections", RedisEngineFixture.LONG, () -> link.openConnections() == 0);
        }

        assertUntouched();
    }

    @Test
    void anInterruptedReplacementThatHappenedIsKnownByItsMarkOnce() {
        as(target, commands -> commands.set(bytes("__godwit__:replaced-by:godwit_restore_it"), bytes("1")));

        assertThat(fixture.engine.recoverReplacement(target, "godwit_restore_it", null))
                .isTrue();
        assertThat(fixture.engine.recoverReplacement(target, "godwit_restore_it", null))
                .isFalse();
    }

    @Test
    void aLimitThatSomebodyHasSetInTheMeantimeStays() {
        administrator(commands -> commands.configSet("maxmemory", "60000000"));

        fixture.engine.recoverReplacement(target, "godwit_restore_it", "maxmemory=" + LIMIT);

        assertThat(limit()).isEqualTo("60000000");
    }

    /** Returns when the server queues what is to replace its contents; the link is slow. */
    private FutureTask<Void> begin(PlacedDatabase slow) throws InterruptedException {
        FutureTask<Void> replacement = new FutureTask<>(() -> {
            replace(slow);
            return null;
        });
        Thread.ofVirtual().start(replacement);
        Eventually.await("the replacement's begin", RedisEngineFixture.LONG, this::queues);
        return replacement;
    }

    private static void result(FutureTask<Void> replacement) throws Throwable {
        try {
            replacement.get(RedisEngineFixture.LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private static void replace(PlacedDatabase into) throws IOException {
        try (ScratchDatabase scratch = fixture.restore(archive.bytes, into)) {
            assertThat(fixture.differing(archive, scratch)).isEmpty();
            scratch.replaceTarget();
        }
    }

    private PlacedDatabase reachedBy(FaultyLink link) {
        link.delay(Duration.ofMillis(40));
        ServerAccess access = server.access();
        ServerAccess linked = new ServerAccess(
                access.serverId(),
                access.engine(),
                access.version(),
                link.address(),
                access.security(),
                access.admin(),
                access.replication());
        return new PlacedDatabase(linked, target.databaseName(), target.owner());
    }

    private void follow(RedisServer replica) {
        ServerAccess access = server.access();
        try (StatefulRedisConnection<byte[], byte[]> admin = replica.openAdmin()) {
            admin.sync().configSet("masteruser", access.replication().user());
            admin.sync()
                    .configSet(
                            "masterauth",
                            TestSecrets.sealer().open(access.replication().password()));
            admin.sync().replicaof(access.address().host(), access.address().port());
        }
    }

    private void assertUntouched() {
        assertThat(RedisContent.get(target, BEFORE)).isEqualTo(bytes("before"));
        assertThat(RedisContent.size(target)).isEqualTo(1);
    }

    private static void assertRefused(String code, ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        OperationFailedException.class,
                        e -> assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(code));
    }

    /** The limit can't be put back over the link. */
    private static void assertBrokenOff(String code, ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOf(ReplacementBrokenOffException.class)
                .cause()
                .isInstanceOfSatisfying(
                        OperationFailedException.class,
                        e -> assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(code));
    }

    /** Whether a transaction has begun. */
    private boolean queues() {
        return administrator(commands -> QUEUING.matcher(commands.clientList()).find());
    }

    private String limit() {
        return setting("maxmemory");
    }

    private String setting(String name) {
        return administrator(commands -> commands.configGet(name).getOrDefault(name, "none"));
    }

    private <T> T administrator(Function<RedisCommands<byte[], byte[]>, T> work) {
        try (StatefulRedisConnection<byte[], byte[]> admin = server.openAdmin()) {
            return work.apply(admin.sync());
        }
    }
}
