package io.godwit.proxy.gate;

import static io.godwit.proxy.gate.SimulatedProxy.hold;
import static io.godwit.proxy.gate.SimulatedProxy.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyCommand.ReleaseTraffic;
import io.godwit.events.ProxyEvent.TrafficReleased;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold however threads, clients, commands and time interleave. */
class GateScheduleTest {
    private static final int RUNS = 400;
    private static final int STEPS = 300;

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000_000, 2_000_000, 3_000_000, 4_000_000})
    void exchangesRunExactlyOnceAndNoneOnADrainedServer(long firstSeed) {
        for (long seed = firstSeed; seed < firstSeed + RUNS; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        SimulatedProxy proxy = new SimulatedProxy();
        long epoch = 1;
        int attempt = 0;
        proxy.route(epoch);
        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(12)) {
                case 0 -> proxy.connect(random.nextInt(proxy.loops.size()), random.nextInt(4) == 0);
                case 1, 2, 3 -> withSession(proxy, random, SimulatedSession::ask);
                case 4, 5, 6 -> withSession(proxy, random, SimulatedSession::step);
                case 7, 8 -> proxy.loops.get(random.nextInt(proxy.loops.size())).runOne();
                case 9 -> proxy.timer.runOne();
                case 10 -> proxy.timer.advance(Duration.ofMillis(random.nextInt(800)));
                case 11 -> {
                    switch (random.nextInt(6)) {
                        case 0, 1 -> {
                            OnDrainTimeout onDrainTimeout =
                                    random.nextInt(8) == 0 ? OnDrainTimeout.FORCE : OnDrainTimeout.ABORT;
                            proxy.command(hold(++attempt, epoch, onDrainTimeout));
                        }
                        case 2 -> proxy.command(hold(attempt, Math.max(1, epoch - 1), OnDrainTimeout.ABORT));
                        case 3 -> proxy.command(new ReleaseTraffic(step(attempt), epoch));
                        case 4 -> proxy.route(++epoch);
                        default -> proxy.route(Math.max(1, epoch - random.nextInt(2)));
                    }
                }
                default -> throw new IllegalStateException();
            }
            checkDrained(proxy, seed);
        }
        proxy.settle();
        // Every lease is over now.
        proxy.timer.advance(Duration.ofMinutes(1));
        proxy.finish();
        checkEnd(proxy, epoch, seed);
    }

    private static void withSession(SimulatedProxy proxy, Random random, Consumer<SimulatedSession> action) {
        if (!proxy.sessions.isEmpty()) {
            SimulatedSession session = proxy.sessions.get(random.nextInt(proxy.sessions.size()));
            action.accept(session);
        }
    }

    /** Between DrainCompleted and the decision to open again nothing runs and nobody is attached. */
    private static void checkDrained(SimulatedProxy proxy, long seed) {
        if (proxy.gate.isHeld()) {
            for (SimulatedSession session : proxy.sessions) {
                assertThat(session.attached())
                        .as("seed %d: attached while drained", seed)
                        .isFalse();
                assertThat(session.runsSomething() && !session.ended())
                        .as("seed %d: runs while drained", seed)
                        .isFalse();
            }
        }
    }

    private static void checkEnd(SimulatedProxy proxy, long epoch, long seed) {
        for (SimulatedSession session : proxy.sessions) {
            if (session.ended()) {
                assertThat(session.ranOn().size()).as("seed %d", seed).isBetween(session.asked() - 1, session.asked());
            } else {
                assertThat(session.ranOn()).as("seed %d", seed).hasSize(session.asked());
                assertThat(session.epoch()).as("seed %d: left behind", seed).isEqualTo(epoch);
            }
            assertThat(session.ranOn())
                    .as("seed %d: went back to an older server", seed)
                    .isSorted();
        }
        proxy.told.stream()
                .filter(TrafficReleased.class::isInstance)
                .map(TrafficReleased.class::cast)
                .forEach(released ->
                        assertThat(released.epoch()).as("seed %d", seed).isLessThanOrEqualTo(epoch));
    }
}
