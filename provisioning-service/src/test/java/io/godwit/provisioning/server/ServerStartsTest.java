package io.godwit.provisioning.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts that go on until they are let go. */
@Timeout(30)
class ServerStartsTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final int MANY = 16;

    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final Set<String> interrupted = ConcurrentHashMap.newKeySet();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final CountDownLatch letGoLast = new CountDownLatch(1);

    @AfterEach
    void nobodyStays() {
        letGo.countDown();
        letGoLast.countDown();
    }

    @Test
    void oneThatRunsIsNotBegunAgainAndOneThatHasEndedIs() throws Exception {
        ServerStarts starts = new ServerStarts(MANY, LONG, LONG);
        begin(starts, "one", letGo);
        begin(starts, "one", letGo);
        begin(starts, "other", letGo);
        awaitBegun("one", "other");
        Eventually.stays("one start of each", SHORT, () -> begun.size() == 2);

        letGo.countDown();
        assertThat(starts.await(LONG)).isTrue();
        begin(starts, "one", letGo);

        assertThat(starts.await(LONG)).isTrue();
        assertThat(begun).containsExactlyInAnyOrder("one", "other", "one");
    }

    @Test
    void oneThatFailedIsBegunAgain() throws Exception {
        ServerStarts starts = new ServerStarts(1, LONG, LONG);
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, _) -> {});
        try {
            starts.begin("one", () -> {
                throw new IllegalStateException("broken");
            });
            assertThat(starts.await(LONG)).isTrue();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        letGo.countDown();
        begin(starts, "one", letGo);

        awaitBegun("one");
    }

    @Test
    void whoeverWaitsWaitsForThoseThatWereBegunBefore() throws Exception {
        ServerStarts starts = new ServerStarts(MANY, LONG, LONG);
        assertThat(starts.await(LONG)).isTrue();
        begin(starts, "before", letGo);
        assertThat(starts.await(SHORT)).isFalse();

        CountDownLatch ended = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                if (starts.await(LONG)) {
                    ended.countDown();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Eventually.await("it waits", LONG, () -> waiting.getState() == Thread.State.TIMED_WAITING);
        begin(starts, "afterwards", letGoLast);
        letGo.countDown();

        assertThat(waiting.join(LONG)).isTrue();
        assertThat(ended.getCount()).isZero();
        assertThat(starts.await(SHORT)).isFalse();
    }

    @Test
    void manyStartOneAfterTheOther() throws Exception {
        ServerStarts starts = new ServerStarts(1, LONG, LONG);
        begin(starts, "first", letGo);
        awaitBegun("first");
        begin(starts, "second", letGo);
        Eventually.stays("one at a time", SHORT, () -> begun.size() == 1);

        letGo.countDown();

        awaitBegun("first", "second");
    }

    @Test
    void noneWaitsLongForItsTurn() throws Exception {
        ServerStarts starts = new ServerStarts(1, SHORT, LONG);
        begin(starts, "first", letGo);
        awaitBegun("first");

        begin(starts, "second", letGo);

        awaitBegun("first", "second");
        assertThat(letGo.getCount()).isOne();
    }

    @Test
    void theEndInterruptsThoseThatRunOrWaitForTheirTurnAndLetsNoneBegin() throws Exception {
        ServerStarts starts = new ServerStarts(1, LONG, LONG);
        begin(starts, "running", letGo);
        awaitBegun("running");
        begin(starts, "waiting", letGo);

        starts.end();
        begin(starts, "late", letGo);

        assertThat(starts.await(Duration.ZERO)).isTrue();
        assertThat(interrupted).containsExactly("running");
        assertThat(begun).containsExactly("running");
    }

    @Test
    void theEndWaitsForNoneThatCanNotBeInterrupted() throws Exception {
        ServerStarts starts = new ServerStarts(MANY, LONG, SHORT);
        CountDownLatch running = new CountDownLatch(1);
        starts.begin("stubborn", () -> {
            running.countDown();
            while (letGo.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        running.await();

        long begin = System.nanoTime();
        starts.end();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, LONG);
        assertThat(starts.await(Duration.ZERO)).isFalse();
    }

    private void begin(ServerStarts starts, String name, CountDownLatch until) {
        starts.begin(name, () -> {
            begun.add(name);
            try {
                until.await();
            } catch (InterruptedException e) {
                interrupted.add(name);
                Thread.currentThread().interrupt();
            }
        });
    }

    private void awaitBegun(String... names) throws InterruptedException {
        Eventually.assertThat("the beginning", LONG, () -> assertThat(begun).containsExactlyInAnyOrder(names));
    }
}
