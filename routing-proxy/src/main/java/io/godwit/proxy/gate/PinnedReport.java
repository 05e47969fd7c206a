package io.godwit.proxy.gate;

import io.godwit.events.ProxyEvent.PinnedSession;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds out which sessions of a gate are, or would be, in a drain's way, and tells it. On the gates' thread. */
final class PinnedReport {
    /** A drain without obstacles is over by then. */
    private static final Duration FIRST_AFTER = Duration.ofMillis(250);

    private static final Duration EVERY = Duration.ofSeconds(1);

    private static final int MOST_NAMED = 100;

    private final GateTimer timer;
    private final List<LoopGate> loops;

    PinnedReport(GateTimer timer, List<LoopGate> loops) {
        this.timer = timer;
        this.loops = loops;
    }

    /** Asks every loop once. */
    void ask(Consumer<List<PinnedSession>> done) {
        LoopRound.ask(
                timer,
                loops,
                List.of(),
                PinnedReport::concatenate,
                (loop, answer) -> answer.accept(loop.pinned()),
                done);
    }

    /** Asks every loop while nobody has to leave. */
    void inspect(Consumer<List<PinnedSession>> done) {
        LoopRound.ask(
                timer,
                loops,
                List.of(),
                PinnedReport::concatenate,
                (loop, answer) -> loop.inspect(timer, answer),
                done);
    }

    /** @param told gets those in the way, as long as the drain {@code goesOn} */
    void start(BooleanSupplier goesOn, Consumer<List<PinnedSession>> told) {
        timer.schedule(FIRST_AFTER, () -> report(goesOn, told));
    }

    private void report(BooleanSupplier goesOn, Consumer<List<PinnedSession>> told) {
        if (!goesOn.getAsBoolean()) {
            return;
        }
        ask(pinned -> {
            if (goesOn.getAsBoolean()) {
                told.accept(pinned);
            }
        });
        timer.schedule(EVERY, () -> report(goesOn, told));
    }

    /** Of many sessions, those that have been in the way for longest. */
    static List<PinnedSession> longest(List<PinnedSession> pinned) {
        return pinned.stream()
                .sorted(Comparator.comparingLong(PinnedSession::forMillis).reversed())
                .limit(MOST_NAMED)
                .toList();
    }

    static List<PinnedSession> concatenate(List<PinnedSession> left, List<PinnedSession> right) {
        return Stream.concat(left.stream(), right.stream()).toList();
    }
}
