package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.proxy.TestProxy;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets the places and the connections of a pool, and in which order. */
class PostgresPoolTest {
    private static final Map<String, String> PLAIN = Map.of("client_encoding", "UTF8");

    private final EmbeddedChannel here = new EmbeddedChannel();
    private final EmbeddedChannel there = new EmbeddedChannel();
    private final PostgresPool pool =
            new PostgresPool(new DatabaseId("acme", "orders"), new Pooling(Mode.SESSION, 2, Duration.ofSeconds(5)));
    private final List<String> granted = new ArrayList<>();

    @Test
    void placesAreGivenUpToTheLimitAndThenInOrderAsTheyBecomeFree() {
        assertThat(pool.takeOrWait(waiter("1", here.eventLoop(), PLAIN))).isTrue();
        assertThat(pool.takeFree(TestProxy.NO_SERVER)).isNotNull();
        assertThat(pool.takeFree(TestProxy.NO_SERVER)).isNull();
        assertThat(pool.takeOrWait(waiter("3", there.eventLoop(), PLAIN))).isFalse();
        PostgresPoolWaiter withdrawn = waiter("4", here.eventLoop(), PLAIN);
        assertThat(pool.takeOrWait(withdrawn)).isFalse();
        assertThat(pool.takeOrWait(waiter("5", here.eventLoop(), PLAIN))).isFalse();
        assertThat(pool.waiting()).isEqualTo(3);
        assertThat(pool.connectionsInUse()).isEqualTo(2);
        withdrawn.cancel();
        free();
        free();
        assertThat(granted).containsExactly("3", "5");
        assertThat(pool.connectionsInUse()).isEqualTo(2);
        free();
        assertThat(pool.connectionsInUse()).isEqualTo(1);
        assertThat(pool.takeFree(TestProxy.NO_SERVER)).isNotNull();
    }

    @Test
    void aPlaceThatComesTooLateForItsWaiterGoesToTheNext() {
        pool.takeFree(TestProxy.NO_SERVER);
        pool.takeFree(TestProxy.NO_SERVER);
        PostgresPoolWaiter first = waiter("1", here.eventLoop(), PLAIN);
        pool.takeOrWait(first);
        pool.takeOrWait(waiter("2", here.eventLoop(), PLAIN));
        pool.free(TestProxy.NO_SERVER, false);
        first.cancel();
        here.runPendingTasks();
        here.runPendingTasks();
        assertThat(granted).containsExactly("2");
    }

    @Test
    void aConnectionGoesToWhoCanTakeItOverButNobodyIsOvertakenForLong() throws Exception {
        pool.takeFree(TestProxy.NO_SERVER);
        pool.takeFree(TestProxy.NO_SERVER);
        PostgresPoolWaiter onOtherLoop = waiter("1", there.eventLoop(), PLAIN);
        PostgresPoolWaiter withOtherParameters = waiter("2", here.eventLoop(), Map.of("DateStyle", "German"));
        PostgresPoolWaiter fitting = waiter("3", here.eventLoop(), PLAIN);
        for (PostgresPoolWaiter waiter : List.of(onOtherLoop, withOtherParameters, fitting)) {
            pool.takeOrWait(waiter);
        }
        PostgresConnectionKind kind = new PostgresConnectionKind(TestProxy.NO_SERVER, PLAIN);
        assertThat(pool.nextFor(here.eventLoop(), kind)).isSameAs(fitting);
        assertThat(pool.nextFor(here.eventLoop(), kind)).isNull();
        TimeUnit.MILLISECONDS.sleep(150);
        pool.takeOrWait(waiter("4", here.eventLoop(), PLAIN));
        assertThat(pool.nextFor(here.eventLoop(), kind)).isNull();
        assertThat(pool.nextFor(there.eventLoop(), kind)).isSameAs(onOtherLoop);
    }

    @Test
    void noMoreConnectionsAreAskedForThanAreWaitedFor() {
        pool.takeFree(TestProxy.NO_SERVER);
        pool.takeFree(TestProxy.NO_SERVER);
        assertThat(pool.expectIfNeeded(TestProxy.NO_SERVER)).isFalse();
        pool.takeOrWait(waiter("1", here.eventLoop(), PLAIN));
        assertThat(pool.expectIfNeeded(TestProxy.NO_SERVER)).isTrue();
        assertThat(pool.expectIfNeeded(TestProxy.NO_SERVER)).isFalse();
        pool.expectNoMore(TestProxy.NO_SERVER);
        assertThat(pool.expectIfNeeded(TestProxy.NO_SERVER)).isTrue();
    }

    private void free() {
        pool.free(TestProxy.NO_SERVER, false);
        here.runPendingTasks();
        there.runPendingTasks();
    }

    private PostgresPoolWaiter waiter(String name, EventLoop loop, Map<String, String> startupParameters) {
        return new PostgresPoolWaiter(
                pool, loop, TestProxy.NO_SERVER, startupParameters, new PostgresPoolWaiter.Taker() {
                    @Override
                    public void onPlace(PostgresPlace place) {
                        granted.add(name);
                    }

                    @Override
                    public void onConnection(PostgresBackend backend, @Nullable PostgresArmedConnection along) {
                        throw new AssertionError("no connection is handed over here");
                    }

                    @Override
                    public void onWaitedTooLong(PostgresError error) {
                        throw new AssertionError("nobody waits too long here");
                    }
                });
    }
}
