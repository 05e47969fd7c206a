package io.godwit.proxy.gate;

import static io.godwit.proxy.gate.SimulatedProxy.hold;
import static io.godwit.proxy.gate.SimulatedProxy.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand.DisarmMigration;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyCommand.ReleaseTraffic;
import io.godwit.events.ProxyEvent;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.SessionsPinned;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.events.ProxyEvent.TrafficReleased;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseGateTest {
    private final SimulatedProxy proxy = new SimulatedProxy();

    @Test
    void aDatabaseWithoutSessionsAnswersAtOnce() {
        proxy.route(1);
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        assertThat(proxy.told).containsExactly(new TrafficHeld(step(1), "p1"), new DrainCompleted(step(1), "p1", 0, 0));
    }

    @Test
    void runningExchangesFinishAndNewOnesWaitForTheNewRoute() {
        proxy.route(1);
        SimulatedSession busy = proxy.connect(0);
        SimulatedSession idle = proxy.connect(1);
        proxy.finish();
        busy.ask();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        assertThat(proxy.told).containsExactly(new TrafficHeld(step(1), "p1"));
        busy.step();
        busy.ask();
        proxy.finish();
        idle.ask();
        proxy.finish();
        assertThat(proxy.told).endsWith(new DrainCompleted(step(1), "p1", 2, 0));
        assertThat(busy.attached()).isFalse();
        assertThat(busy.ranOn()).containsExactly(1L);
        assertThat(idle.ranOn()).isEmpty();
        proxy.route(2);
        proxy.finish();
        assertThat(busy.ranOn()).containsExactly(1L, 2L);
        assertThat(idle.ranOn()).containsExactly(2L);
        assertThat(proxy.told).endsWith(new TrafficReleased(step(1), "p1", 2, 2, 0));
    }

    @Test
    void aRepeatedHoldIsAnsweredAgainAndHoldsNothingTwice() {
        proxy.route(1);
        SimulatedSession session = proxy.connect(0);
        proxy.finish();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        List<ProxyEvent> first = List.copyOf(proxy.told);
        proxy.told.clear();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        assertThat(proxy.told).isEqualTo(first);
        assertThat(session.attached()).isFalse();
    }

    @Test
    void aHoldWithAStaleEpochIsRefused() {
        proxy.route(2);
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        assertThat(proxy.told).isEmpty();
        SimulatedSession session = proxy.connect(0);
        session.ask();
        proxy.finish();
        assertThat(session.ranOn()).containsExactly(2L);
    }

    @Test
    void aHoldThatComesBackAfterItsReleaseHoldsNothing() {
        proxy.route(1);
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.command(new ReleaseTraffic(step(1), 1));
        proxy.settle();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        assertThat(proxy.told).endsWith(new TrafficReleased(step(1), "p1", 1, 0, 0));
        SimulatedSession session = proxy.connect(0);
        session.ask();
        proxy.finish();
        assertThat(session.ranOn()).containsExactly(1L);
    }

    @Test
    void anOldRouteDoesNotOpenTheGateAndANewerOneDoes() {
        proxy.route(1);
        proxy.command(hold(1, 3, OnDrainTimeout.ABORT));
        proxy.settle();
        proxy.route(3);
        SimulatedSession session = proxy.connect(0);
        proxy.settle();
        session.ask();
        proxy.finish();
        assertThat(session.ranOn()).isEmpty();
        proxy.route(4);
        proxy.finish();
        assertThat(session.ranOn()).containsExactly(4L);
    }

    @Test
    void aReleaseOfAnotherMigrationOrAnEarlierAttemptOpensNothing() {
        proxy.route(1);
        proxy.command(hold(2, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        proxy.command(new ReleaseTraffic(step(1), 1));
        proxy.settle();
        assertThat(proxy.told).endsWith(new TrafficReleased(step(1), "p1", 1, 0, 0));
        SimulatedSession session = proxy.connect(0);
        session.ask();
        proxy.finish();
        assertThat(session.ranOn()).isEmpty();
    }

    @Test
    void theLeaseEndsByItself() {
        proxy.route(1);
        SimulatedSession session = proxy.connect(0);
        proxy.finish();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        session.ask();
        proxy.timer.advance(Duration.ofSeconds(9));
        proxy.finish();
        assertThat(session.ranOn()).isEmpty();
        proxy.timer.advance(Duration.ofSeconds(1));
        proxy.finish();
        assertThat(session.ranOn()).containsExactly(1L);
        assertThat(proxy.told).endsWith(new HoldExpired(step(1), "p1", 1));
    }

    @Test
    void aRouteThatComesAgainDecidesNothing() {
        proxy.route(1);
        LoopGate loop = proxy.gate.on(proxy.loops.getFirst());
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        proxy.timer.advance(Duration.ofSeconds(10));
        proxy.settle();
        assertThat(loop.isUndecided()).isTrue();
        proxy.route(1);
        proxy.settle();
        assertThat(loop.isUndecided()).isTrue();
        proxy.route(2);
        proxy.settle();
        assertThat(loop.isUndecided()).isFalse();
    }

    @Test
    void aRouteThatComesAgainWhileTheGateOpensChangesNothing() {
        proxy.route(1);
        SimulatedSession session = proxy.connect(0);
        proxy.finish();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        session.ask();
        proxy.route(2);
        proxy.settle();
        proxy.route(2);
        proxy.finish();
        assertThat(proxy.told).endsWith(new TrafficReleased(step(1), "p1", 2, 1, 0));
    }

    @Test
    void aRouteThatComesAfterTheLeaseIsAnsweredForTheHoldThatExpired() {
        proxy.route(1);
        SimulatedSession session = proxy.connect(0);
        proxy.finish();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        proxy.timer.advance(Duration.ofSeconds(10));
        proxy.finish();
        assertThat(session.epoch()).isEqualTo(1);
        proxy.route(2);
        proxy.finish();
        assertThat(session.epoch()).isEqualTo(2);
        assertThat(proxy.told).endsWith(new TrafficReleased(step(1), "p1", 2, 0, 0));
        proxy.told.clear();
        proxy.route(3);
        proxy.finish();
        assertThat(proxy.told).isEmpty();
    }

    @Test
    void aDrainThatIsNotOverInTimeIsGivenUp() {
        proxy.route(1);
        SimulatedSession session = proxy.connect(0);
        proxy.finish();
        session.ask();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        proxy.timer.advance(Duration.ofSeconds(2));
        proxy.settle();
        assertThat(proxy.told).endsWith(new DrainTimedOut(step(1), "p1", List.of(new PinnedSession("s0", "query", 0))));
        proxy.finish();
        session.ask();
        proxy.finish();
        assertThat(session.ranOn()).containsExactly(1L, 1L);
    }

    @Test
    void whatWasHeldIsToldWhenAGivenUpDrainIsTakenBack() {
        proxy.route(1);
        SimulatedSession stuck = proxy.connect(0);
        SimulatedSession idle = proxy.connect(1);
        proxy.finish();
        stuck.ask();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.settle();
        idle.step();
        idle.ask();
        proxy.timer.advance(Duration.ofSeconds(2));
        proxy.finish();
        proxy.command(new ReleaseTraffic(step(2), 1));
        proxy.settle();
        assertThat(proxy.told).endsWith(new TrafficReleased(step(2), "p1", 1, 1, 0));
    }

    @Test
    void aDrainThatIsNotOverInTimeIsForced() {
        proxy.route(1);
        SimulatedSession stuck = proxy.connect(0);
        SimulatedSession idle = proxy.connect(1);
        proxy.finish();
        stuck.ask();
        proxy.command(hold(1, 1, OnDrainTimeout.FORCE));
        proxy.settle();
        idle.step();
        proxy.timer.advance(Duration.ofSeconds(2));
        proxy.settle();
        proxy.timer.advance(Duration.ofSeconds(1));
        proxy.settle();
        assertThat(stuck.ended()).isTrue();
        assertThat(idle.ended()).isFalse();
        assertThat(proxy.told).endsWith(new DrainCompleted(step(1), "p1", 1, 1));
    }

    @Test
    void aForcedDrainLetsThoseFinishWhoWaitedForTheLocksOfSessionsThatAreCut() {
        proxy.route(1);
        SimulatedSession waiting = proxy.connect(0);
        SimulatedSession holding = proxy.connect(1);
        proxy.finish();
        waiting.ask();
        holding.ask();
        holding.waitForClient();
        proxy.command(hold(1, 1, OnDrainTimeout.FORCE));
        proxy.settle();
        proxy.timer.advance(Duration.ofSeconds(2));
        proxy.settle();
        assertThat(holding.ended()).isTrue();
        waiting.step();
        waiting.step();
        proxy.settle();
        assertThat(waiting.ended()).isFalse();
        assertThat(proxy.told).endsWith(new DrainCompleted(step(1), "p1", 1, 1));
        proxy.timer.advance(Duration.ofSeconds(1));
        proxy.settle();
        assertThat(waiting.ended()).isFalse();
    }

    @Test
    void whoIsInTheWayIsToldWhileTheDrainGoesOn() {
        proxy.route(1);
        SimulatedSession busy = proxy.connect(0);
        proxy.finish();
        busy.ask();
        proxy.command(hold(1, 1, OnDrainTimeout.FORCE));
        proxy.settle();
        proxy.timer.advance(Duration.ofMillis(250));
        proxy.settle();
        SessionsPinned inTheWay = new SessionsPinned(step(1), "p1", List.of(new PinnedSession("s0", "query", 0)));
        assertThat(proxy.told).containsExactly(new TrafficHeld(step(1), "p1"), inTheWay);
        proxy.finish();
        proxy.told.clear();
        proxy.timer.advance(Duration.ofSeconds(1));
        proxy.settle();
        assertThat(proxy.told).isEmpty();
    }

    @Test
    void aRouteThatMovesOnWithoutAHoldTakesSessionsAlong() {
        proxy.route(1);
        SimulatedSession session = proxy.connect(0);
        proxy.finish();
        proxy.route(2);
        proxy.finish();
        assertThat(session.epoch()).isEqualTo(2);
        proxy.route(1);
        proxy.finish();
        assertThat(session.epoch()).isEqualTo(2);
    }

    @Test
    void sessionsWithLocksAreBackOnAServerBeforeAnyOtherGoesThere() {
        proxy.route(1);
        SimulatedSession locking = proxy.connect(1, true);
        SimulatedSession other = proxy.connect(0);
        proxy.finish();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        other.ask();
        proxy.route(2);
        proxy.settle();
        SimulatedSession coming = proxy.connect(0);
        proxy.settle();
        assertThat(other.attached()).isFalse();
        assertThat(coming.attached()).isFalse();
        assertThat(locking.attached()).isTrue();
        locking.step();
        proxy.settle();
        assertThat(other.attached()).isTrue();
        assertThat(coming.attached()).isTrue();
        proxy.finish();
        assertThat(other.ranOn()).containsExactly(2L);
    }

    @Test
    void nobodyWaitsForASessionWithLocksThatHasEnded() {
        proxy.route(1);
        SimulatedSession locking = proxy.connect(1, true);
        SimulatedSession other = proxy.connect(0);
        proxy.finish();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        proxy.command(new ReleaseTraffic(step(1), 1));
        proxy.settle();
        assertThat(other.attached()).isFalse();
        locking.cut();
        proxy.finish();
        assertThat(other.attached()).isTrue();
    }

    @Test
    void aHoldInTheMiddleOfAnOpeningHoldsThoseWhoHaveNotGoneYet() {
        proxy.route(1);
        SimulatedSession locking = proxy.connect(1, true);
        SimulatedSession other = proxy.connect(0);
        proxy.finish();
        proxy.command(hold(1, 1, OnDrainTimeout.ABORT));
        proxy.finish();
        proxy.route(2);
        proxy.settle();
        proxy.command(hold(2, 2, OnDrainTimeout.ABORT));
        proxy.settle();
        locking.step();
        proxy.finish();
        assertThat(other.attached()).isFalse();
        assertThat(locking.attached()).isFalse();
        assertThat(proxy.told).endsWith(new DrainCompleted(step(2), "p1", 2, 0));
        proxy.route(3);
        proxy.finish();
        assertThat(other.epoch()).isEqualTo(3);
        assertThat(locking.epoch()).isEqualTo(3);
    }

    @Test
    void disarmingIsAnsweredWhateverHappenedBefore() {
        proxy.command(new DisarmMigration(step(1)));
        proxy.settle();
        assertThat(proxy.told).containsExactly(new TrafficReleased(step(1), "p1", 0, 0, 0));
    }
}
