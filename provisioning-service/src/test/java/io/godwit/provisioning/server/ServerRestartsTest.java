package io.godwit.provisioning.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.testing.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ServerRestartsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(7);
    private static final String FAILED = "A server that died could not be started again";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicReference<Runnable> atNextLookAtTheClock = new AtomicReference<>(() -> {});
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final ServerStarts starts = new ServerStarts();
    private final ServerLocks locks = new ServerLocks();
    private final ServerRestarts restarts = new ServerRestarts(
            locks,
            starts,
            () -> {
                atNextLookAtTheClock.getAndSet(() -> {}).run();
                return now.get();
            },
            new ProvisioningProperties(
                    "local",
                    1,
                    new ProvisioningProperties.LocalProcesses(
                            true, PortRange.of("25000-25001"), List.of(), START_TIMEOUT)));

    @AfterEach
    void nobodyStays() {
        letGo.countDown();
        starts.end();
    }

    @Test
    void aStartThatTakesLongKeepsNeitherTheRoundNorAnotherServerWaiting() throws Exception {
        DeadServer slow = new DeadServer(_ -> awaitLetGo());
        DeadServer other = new DeadServer(server -> server.running = true);

        silent("slow", slow);
        silent("other", other);

        Eventually.await("the other server runs", LONG, other::isRunning);
        assertThat(slow.started).hasValue(1);
        assertThat(slow.ended).hasValue(0);
        assertThat(other.timeout).isEqualTo(START_TIMEOUT);
    }

    @Test
    void aStartThatRunsIsNotBegunAgain(CapturedOutput output) throws Exception {
        DeadServer slow = new DeadServer(_ -> awaitLetGo());
        silent("slow", slow);
        awaitStarted(slow);
        now.updateAndGet(time -> time.plus(Duration.ofHours(1)));

        // Whoever tried all the same would wait for the lock.
        silent("slow", slow);
        letGo.countDown();

        assertThat(starts.await(LONG)).isTrue();
        assertThat(slow.started).hasValue(1);
        assertThat(output).doesNotContain(FAILED);
    }

    @Test
    void twoRoundsThatFindTheSameServerDueStartItOnce() throws Exception {
        DeadServer broken = new DeadServer(_ -> {
            throw new LocalProcessException("broken");
        });
        atNextLookAtTheClock.set(() -> {
            silent("broken", broken);
            awaitStarts();
        });

        silent("broken", broken);

        assertThat(starts.await(LONG)).isTrue();
        assertThat(broken.started).hasValue(1);
    }

    @Test
    void whatCouldNotBeStartedIsTriedAgainEverMoreRarely(CapturedOutput output) throws Exception {
        DeadServer broken = new DeadServer(_ -> {
            throw new IllegalStateException("whatever it is");
        });

        silentAt(0, broken, 1);
        assertThat(output).contains(FAILED, "whatever it is");
        silentAt(999, broken, 1);
        silentAt(1, broken, 2);
        silentAt(1_999, broken, 2);
        silentAt(1, broken, 3);
    }

    @Test
    void aServerThatIsMadeOrRemovedMeanwhileIsLeftAlone(CapturedOutput output) throws Exception {
        DeadServer dead = new DeadServer(server -> server.running = true);

        locks.holding("server", Duration.ZERO, () -> {
            silent("server", dead);
            awaitStarts();
        });

        assertThat(dead.started).hasValue(0);
        assertThat(output).contains(FAILED, "is still being made, started or removed");
        silentAt(0, dead, 1);
    }

    @Test
    void theEndOfTheServiceInterruptsAStartAndSaysNothingOfIt(CapturedOutput output) throws Exception {
        DeadServer slow = new DeadServer(_ -> awaitLetGo());
        silent("slow", slow);
        awaitStarted(slow);

        starts.end();

        assertThat(slow.ended).hasValue(1);
        assertThat(starts.await(Duration.ZERO)).isTrue();
        assertThat(letGo.getCount()).isOne();
        assertThat(output).doesNotContain(FAILED);
        silent("other", slow);
        Eventually.stays("no further start", SHORT, () -> slow.started.get() == 1);
    }

    private void silent(String name, LocalServer server) {
        restarts.onSilence(new ServerRestarts.Restartable(name, () -> true, () -> server));
    }

    private void silentAt(long millisLater, DeadServer server, int startedSoFar) throws InterruptedException {
        now.updateAndGet(time -> time.plusMillis(millisLater));
        silent("server", server);
        assertThat(starts.await(LONG)).isTrue();
        assertThat(server.started).hasValue(startedSoFar);
    }

    private static void awaitStarted(DeadServer server) throws InterruptedException {
        Eventually.await("its start", LONG, () -> server.started.get() == 1);
    }

    private void awaitStarts() {
        try {
            assertThat(starts.await(LONG)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As whoever waits for a process does. */
    private void awaitLetGo() {
        try {
            if (!letGo.await(LONG.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LocalProcessException("nobody let it go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalProcessException("interrupted while waiting for a process", e);
        }
    }

    private static final class DeadServer implements LocalServer {
        final AtomicInteger started = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();
        volatile boolean running;
        volatile Duration timeout = Duration.ZERO;
        private final Consumer<DeadServer> start;

        DeadServer(Consumer<DeadServer> start) {
            this.start = start;
        }

        @Override
        public void start(Duration given) {
            timeout = given;
            started.incrementAndGet();
            try {
                start.accept(this);
            } finally {
                ended.incrementAndGet();
            }
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public void create(String administratorPassword) {
            throw new AssertionError("a server that died has its data");
        }

        @Override
        public void destroy() {
            throw new AssertionError("a server that died keeps its data");
        }
    }
}
