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
        proxies.upToDate();
        proxies.heard("a");
        pass(2);
        assertThat(proxies.census().known()).isFalse();
        pass(1);
        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of("a"), true));
    }

    @Test
    void aProxyIsGoneWhenItIsSilentWhileOthersAreHeard() {
        proxies.upToDate();
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
        proxies.upToDate();
        proxies.heard("a");
        proxies.heard("b");
        pass(6);
        assertThat(proxies.census().known()).isFalse();
        assertThat(proxies.removeGone()).isEmpty();

        pass(4);
        proxies.upToDate();
        pass(6);
        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of(), true));
        assertThat(proxies.removeGone()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whoeverHearsNothingFromTheBrokerDoesNotTakeTheProxiesForGone() {
        proxies.upToDate();
        proxies.heard("a");
        pass(3);
        proxies.upToDate();
        pass(60);
        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of("a"), false));
        assertThat(proxies.removeGone()).isEmpty();

        proxies.upToDate();
        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of("a"), false));
        pass(3);
        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of("a"), true));
    }

    @Test
    void aProxyThatIsNotHeardAfterTheBrokerHasComeBackIsGone() {
        proxies.upToDate();
        proxies.heard("a");
        pass(60);
        proxies.upToDate();
        pass(9);
        proxies.upToDate();
        pass(6);

        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of(), true));
        assertThat(proxies.removeGone()).containsExactly("a");
    }

    @Test
    void aProxyThatLeavesInGoodOrderIsGoneAtOnce() {
        proxies.upToDate();
        proxies.heard("a");
        pass(3);
        proxies.stopped("a");

        assertThat(proxies.census()).isEqualTo(new LiveProxies.Census(Set.of(), true));
    }

    private void pass(int seconds) {
        now.updateAndGet(time -> time.plusSeconds(seconds));
    }
}
