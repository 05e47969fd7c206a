package io.godwit.proxy.gate;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/**
 * One question put to every event loop of a gate; the answers are put together on the gates' thread, and {@code done}
 * runs there when all are in.
 */
final class LoopRound<T> {
    private final GateTimer timer;
    private final BinaryOperator<T> sum;
    private final Consumer<T> done;
    private T total;
    private int missing;
    private boolean over;

    private LoopRound(GateTimer timer, int loops, T zero, BinaryOperator<T> sum, Consumer<T> done) {
        this.timer = timer;
        this.missing = loops;
        this.total = zero;
        this.sum = sum;
        this.done = done;
    }

    /** @param question run on each loop, with where it answers, once, at once or later */
    static <T> LoopRound<T> ask(
            GateTimer timer,
            List<LoopGate> loops,
            T zero,
            BinaryOperator<T> sum,
            BiConsumer<LoopGate, Consumer<T>> question,
            Consumer<T> done) {
        LoopRound<T> round = new LoopRound<>(timer, loops.size(), zero, sum, done);
        for (LoopGate loop : loops) {
            loop.loop().execute(() -> question.accept(loop, round::answer));
        }
        return round;
    }

    private void answer(T answer) {
        timer.execute(() -> {
            total = sum.apply(total, answer);
            missing--;
            if (missing == 0) {
                finish();
            }
        });
    }

    /** Ends the round with the answers that are in. On the gates' thread. */
    void finish() {
        if (!over) {
            over = true;
            done.accept(total);
        }
    }

    /** Ends the round without telling anybody. On the gates' thread. */
    void forget() {
        over = true;
    }
}
