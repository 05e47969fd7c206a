package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostgresCopyFaultIT {
    private static final String MUCH =
            "INSERT INTO \"Sales Dept\".\"Order Lines\" SELECT n, 'much', 1, 1, repeat(md5(n::text), 20)"
                    + " FROM generate_series(100000, 220000) n";

    @Test
    void aTargetThatDiesDuringTheCopyIsNamedAndTheSourceIsCleanAndTheNextAttemptSucceeds() throws Exception {
        PostgresServer dying = PostgresServer.start("dying");
        Shop shop = new Shop(PostgresServer.shared("source"), dying);
        shop.execute(shop.stream.source(), MUCH);

        assertThatThrownBy(() -> shop.engine.copy(shop.stream, progress -> {
                    if (progress.rows() > 0 && progress.percent() < 100) {
                        dying.process().kill();
                    }
                }))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("TARGET_UNREACHABLE");
                    assertThat(e.failure().message()).contains(dying.access().serverId());
                });

        assertThat(shop.traces(shop.stream.source())).isEmpty();
        assertThat(shop.engine.stop(shop.stream)).isNotEmpty();
        dying.process().start();
        dying.process().awaitReady(Duration.ofSeconds(30));
        shop.engine.copy(shop.stream, _ -> {});
        shop.engine.awaitConvergence(shop.stream, new ConvergenceGoal(Duration.ofSeconds(1), 2), _ -> {});
        assertThat(shop.engine.verify(shop.stream).rows()).isGreaterThan(120_000);
        assertThat(shop.engine.stop(shop.stream)).isEmpty();
        assertThat(shop.traces(shop.stream.target())).isEmpty();
        shop.close();
        dying.close();
    }

    @Test
    void anInterruptedCopyEndsPromptlyAndStoppingItCleansUp() throws Exception {
        Shop shop = new Shop();
        shop.execute(shop.stream.source(), MUCH);
        CountDownLatch copying = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> outcome = new AtomicReference<>();
        Thread copy = Thread.ofVirtual().start(() -> {
            try {
                shop.engine.copy(shop.stream, _ -> copying.countDown());
            } catch (InterruptedException | RuntimeException e) {
                outcome.set(e);
            }
        });
        assertThat(copying.await(30, TimeUnit.SECONDS)).isTrue();
        copy.interrupt();
        assertThat(copy.join(Duration.ofSeconds(5))).isTrue();

        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(shop.engine.stop(shop.stream)).isEmpty();
        assertThat(shop.traces(shop.stream.source())).isEmpty();
        assertThat(shop.traces(shop.stream.target())).isEmpty();
        shop.close();
    }

    @Test
    void aSourceThatDoesNotDecodeItsLogIsRefusedByPreflightAndByTheCopy() throws Exception {
        try (PostgresServer plain = PostgresServer.start("plain", Map.of("wal_level", "replica"))) {
            Shop shop = new Shop(plain, PostgresServer.shared("target"));
            assertThat(shop.engine.inspect(shop.stream.source(), null).findings())
                    .anyMatch(finding -> finding.code().equals("WAL_LEVEL"));
            assertThatThrownBy(() -> shop.engine.copy(shop.stream, _ -> {}))
                    .isInstanceOfSatisfying(
                            ReplicationException.class,
                            e -> assertThat(e.failure().code()).isEqualTo("COPY_FAILED"));
            assertThat(shop.traces(shop.stream.source())).isEmpty();
            shop.close();
        }
    }

    @Test
    void changesThatTheTargetCantApplyAreReported() throws Exception {
        Shop shop = new Shop();
        shop.engine.copy(shop.stream, _ -> {});
        shop.execute(shop.stream.target(), "INSERT INTO public.animals VALUES (500, 'in the way')");
        shop.execute(shop.stream.source(), "INSERT INTO public.animals VALUES (500, 'wants to move')");
        Eventually.assertThat(
                "the worker fails",
                Duration.ofSeconds(30),
                () -> assertThatThrownBy(() -> shop.engine.awaitConvergence(
                                shop.stream, new ConvergenceGoal(Duration.ofSeconds(1), 2), _ -> {}))
                        .isInstanceOfSatisfying(
                                ReplicationException.class,
                                e -> assertThat(e.failure().code()).isEqualTo("APPLY_FAILED")));
        assertThat(shop.engine.stop(shop.stream)).isEmpty();
        shop.close();
    }
}
