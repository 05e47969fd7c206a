package io.godwit.replication.engine.redis;

import static io.godwit.replication.engine.redis.RedisSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyProgress;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.Verification;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisMoveIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration SOON = Duration.ofSeconds(20);

    private Basket basket;
    private ChangeStream stream;
    private PlacedDatabase source;
    private PlacedDatabase target;

    @BeforeEach
    void openBasket() {
        basket = new Basket();
        stream = basket.stream;
        source = stream.source();
        target = stream.target();
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(source)) {
            RedisSamples.fill(owner.sync());
        }
    }

    @AfterEach
    void closeBasket() throws Exception {
        basket.close();
    }

    @Test
    void everyAcknowledgedWriteIsOnTheNewHomeOnceAndInOrder() throws Exception {
        RedisWriters writers = new RedisWriters(source, 1, 3);
        List<CopyProgress> progress = Collections.synchronizedList(new ArrayList<>());
        CopyTotals totals = basket.engine().copy(stream, progress::add);
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        Verification verification = basket.engine().verify(stream);
        assertThat(writers.anyRuns()).isTrue();

        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        writers.awaitEnd();

        assertThat(totals.rows()).isGreaterThan(15);
        assertThat(progress.getLast().percent()).isEqualTo(100);
        assertThat(verification.rows()).isGreaterThan(15);
        assertThat(verification.tables()).isEqualTo(2);
        assertHasAll(target, writers.acknowledged());
        // Some keys expire between one reading and the other.
        Eventually.await("equal contents", SOON, () -> basket.contents(target).equals(basket.contents(source)));
        assertThat(callTwice(target)).isEqualTo(42);
    }

    @Test
    void goingBackKeepsEveryAcknowledgedWriteToo() throws Exception {
        basket.engine().copy(stream, _ -> {});
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        RedisWriters writers = new RedisWriters(target, 1, 3);
        Eventually.await(
                "each writer has written",
                SOON,
                () -> writers.acknowledged().stream().allMatch(last -> last > 20));

        basket.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        basket.engine().unfence(stream.migrationId(), source);
        writers.awaitEnd();

        assertHasAll(source, writers.acknowledged());
        Eventually.await("equal contents", SOON, () -> basket.contents(source).equals(basket.contents(target)));
        assertThat(callTwice(source)).isEqualTo(42);
    }

    @Test
    void noneOfItCopiesAnythingAnew() throws Exception {
        RedisWriters writers = new RedisWriters(source, 1, 2);
        basket.engine().copy(stream, _ -> {});
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        long copies = copies();

        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        basket.engine().unfence(stream.migrationId(), source);
        basket.engine().stopReverse(stream);
        writers.awaitEnd();
        RedisWriters second = new RedisWriters(source, 3, 2);
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        second.awaitEnd();
        basket.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        basket.engine().unfence(stream.migrationId(), target);
        Eventually.await(
                "the old home follows", SOON, () -> basket.state(source).linkUp());

        assertThat(copies()).isEqualTo(copies);
        assertHasAll(target, writers.acknowledged());
    }

    @Test
    void aKeyThatExpiresDuringTheMoveIsGoneAndTheOthersKeepTheirTime() throws Exception {
        long until = basket.admin(source, commands -> commands.pexpiretime(bytes("for a day")));
        basket.admin(source, commands -> commands.psetex(bytes("gone during the move"), 1500, bytes("x")));
        basket.engine().copy(stream, _ -> {});
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        basket.engine().verify(stream);
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);

        assertThat(basket.<Long>admin(target, commands -> commands.pexpiretime(bytes("for a day"))))
                .isEqualTo(until);
        Eventually.await(
                "the key has gone",
                SOON,
                () -> basket.admin(target, commands -> commands.exists(bytes("gone during the move"))) == 0);
        assertThat(basket.contents(target)).doesNotContainKeys("gone soon", "gone during the move");
    }

    private long copies() {
        return basket.info(source, "stats").number("sync_full")
                + basket.info(target, "stats").number("sync_full");
    }

    private long callTwice(PlacedDatabase database) {
        return basket.<Long>admin(
                database, commands -> commands.fcall("twice", ScriptOutputType.INTEGER, bytes("number")));
    }

    private void assertHasAll(PlacedDatabase database, List<Integer> acknowledged) {
        for (int writer = 1; writer <= acknowledged.size(); writer++) {
            int number = writer;
            int last = acknowledged.get(writer - 1);
            assertThat(last).isGreaterThan(10);
            List<String> written = basket.admin(
                    database,
                    commands -> commands.lrange(RedisWriters.journal(number), 0, -1).stream()
                            .map(entry -> new String(entry, StandardCharsets.US_ASCII))
                            .toList());
            // The last one may have been written and not been answered any more.
            assertThat(written)
                    .isEqualTo(IntStream.rangeClosed(1, written.size())
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(written.size()).isBetween(last, last + 1);
        }
    }
}
