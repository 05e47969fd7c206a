package io.godwit.orchestrator.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LiveProxiesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    private final LiveProxies proxies = new LiveProxies(now::get);

    @Test
    void afterAStartTheProxiesAreKnownOnlyWhenEachHasHadTimeToBeHeard() {
        assertThat(proxies.census().known()).isFalse();
        proxies.listening();
        proxies.heard("a");
        pass(2);
        assertThat(proxies.census().known()).isFalse();
        pass(1);
        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of("a"), true));
    }

    @Test
    void aProxyIsGoneWhenItIsSilentWhileOthersAreHeard() {
        proxies.listening();
        proxies.heard("a");
        proxies.heard("b");
        pass(5);
        proxies.heard("b");

        assertThat(proxies.census().live()).containsExactly("b");
        assertThat(proxies.census().known()).isTrue();
        assertThat(proxies.removeGone()).containsExactly("a");
        assertThat(proxies.removeGone()).isEmpty();
    }

    @Test
    void whenAllAreSilentAtOnceItIsNotBelievedForAWhile() {
        proxies.listening();
        proxies.heard("a");
        proxies.heard("b");
        pass(6);
        assertThat(proxies.census().known()).isFalse();
        assertThat(proxies.removeGone()).isEmpty();

        pass(10);
        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of(), true));
        assertThat(proxies.removeGone()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aProxyThatLeavesInGoodOrderIsGoneAtOnce() {
        proxies.listening();
        proxies.heard("a");
        pass(3);
        proxies.stopped("a");

        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of(), true));
    }

    private void pass(int seconds) {
        now.updateAndGet(time -> time.plusSeconds(seconds));
    }
}
