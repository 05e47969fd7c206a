package io.godwit.proxy.gate;

import static io.godwit.proxy.gate.SimulatedProxy.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand.InspectSessions;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.SessionsInspected;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which sessions could not leave is found out without holding any of them, and in bounded time. */
class SessionInspectionTest {
    private final SimulatedProxy proxy = new SimulatedProxy();

    @Test
    void theSessionsOfEveryLoopAreAskedAndThoseInTheWayAreNamed() {
        SimulatedSession held = connect(0);
        SimulatedSession free = connect(1);
        held.isKeptBy("cursor WITH HOLD");
        inspect();

        assertThat(proxy.told)
                .containsExactly(new SessionsInspected(
                        step(1), "p1", 2, 1, List.of(new PinnedSession("s0", "cursor WITH HOLD", 0))));
        assertThat(List.of(held.inspections(), free.inspections())).containsExactly(1, 1);
    }

    @Test
    void whatRunsGoesOnAndIsTheReasonIfItRunsForLong() {
        SimulatedSession quick = connect(0);
        SimulatedSession stuck = connect(0);
        quick.ask();
        stuck.ask();
        inspect();
        assertThat(proxy.told).isEmpty();
        quick.runsFor(Duration.ofMillis(1));
        stuck.runsFor(Duration.ofMinutes(1));
        later(Duration.ofMillis(250));

        assertThat(proxy.told)
                .containsExactly(
                        new SessionsInspected(step(1), "p1", 2, 1, List.of(new PinnedSession("s1", "query", 60_000))));
        assertThat(quick.runsSomething() && stuck.runsSomething()).isTrue();
        assertThat(quick.inspections() + stuck.inspections()).isZero();
    }

    @Test
    void aSessionThatComesToRestIsAskedThen() {
        SimulatedSession busy = connect(0);
        busy.isKeptBy("temporary table");
        busy.ask();
        inspect();
        busy.step();
        later(Duration.ofMillis(250));

        assertThat(proxy.told)
                .containsExactly(new SessionsInspected(
                        step(1), "p1", 1, 1, List.of(new PinnedSession("s0", "temporary table", 0))));
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForLong() {
        SimulatedSession held = connect(0);
        SimulatedSession silent = connect(0);
        held.isKeptBy("cursor WITH HOLD");
        silent.serverIsSilent(true);
        inspect();
        later(Duration.ofMillis(1999));
        assertThat(proxy.told).isEmpty();
        later(Duration.ofMillis(1));

        assertThat(proxy.told)
                .containsExactly(new SessionsInspected(
                        step(1), "p1", 2, 1, List.of(new PinnedSession("s0", "cursor WITH HOLD", 0))));
        later(Duration.ofMinutes(1));
        assertThat(proxy.told).hasSize(1);
    }

    @Test
    void fewServersAreAskedAtOnceAndAllInTheEnd() {
        List<SimulatedSession> many =
                IntStream.range(0, 3000).mapToObj(_ -> connect(0)).toList();
        many.subList(0, 8).forEach(session -> session.serverIsSilent(true));
        inspect();
        assertThat(many.stream().filter(session -> session.inspections() > 0)).hasSize(8);

        many.subList(0, 8).forEach(session -> session.serverIsSilent(false));
        proxy.told.clear();
        later(Duration.ofSeconds(2));
        inspect();
        assertThat(many).allMatch(session -> session.inspections() > 0);
        assertThat(proxy.told).last().isEqualTo(new SessionsInspected(step(1), "p1", 3000, 0, List.of()));
    }

    @Test
    void ofManySessionsThoseInTheWayForLongestAreNamed() {
        for (int i = 0; i < 150; i++) {
            SimulatedSession session = connect(i % 2);
            session.ask();
            session.runsFor(Duration.ofSeconds(i + 1));
        }
        inspect();
        later(Duration.ofMillis(250));

        assertThat(proxy.told).singleElement().isInstanceOfSatisfying(SessionsInspected.class, answer -> {
            assertThat(answer.pinnedSessions()).isEqualTo(150);
            assertThat(answer.pinned()).hasSize(100);
            assertThat(answer.pinned().getFirst().forMillis()).isEqualTo(150_000);
            assertThat(answer.pinned().getLast().forMillis()).isEqualTo(51_000);
        });
    }

    @Test
    void theGateStaysAsItIs() {
        SimulatedSession session = connect(0);
        inspect();
        session.ask();
        assertThat(session.ranOn()).containsExactly(1L);
        session.step();

        proxy.command(SimulatedProxy.hold(2, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        inspect();
        session.ask();
        proxy.finish();
        assertThat(session.ranOn()).containsExactly(1L);
    }

    private SimulatedSession connect(int loop) {
        proxy.route(1);
        SimulatedSession session = proxy.connect(loop);
        proxy.settle();
        session.step();
        return session;
    }

    private void inspect() {
        proxy.command(new InspectSessions(step(1)));
        proxy.settle();
    }

    private void later(Duration time) {
        proxy.timer.advance(time);
        proxy.settle();
    }
}
