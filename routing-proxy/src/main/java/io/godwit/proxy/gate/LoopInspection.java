package io.godwit.proxy.gate;

import io.godwit.events.ProxyEvent.PinnedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Finds out which sessions of one event loop could not leave their server, while nobody asks them to and without holding
 * any. What runs is looked at twice: what is over by then is no obstacle to a drain, and its session is asked then. On
 * that loop.
 */
final class LoopInspection {
    /** What runs no longer than this is in nobody's way. */
    private static final Duration SHORT = Duration.ofMillis(250);

    /** So long servers that do not answer are waited for. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Executor loop;
    private final GateTimer timer;
    private final Consumer<List<PinnedSession>> told;
    private final Set<GatedSession> unknown;
    private final List<PinnedSession> pinned = new ArrayList<>();
    private boolean over;

    /** @param told called once, on the loop, at the latest when the time for it is over */
    LoopInspection(
            Executor loop, GateTimer timer, Collection<GatedSession> sessions, Consumer<List<PinnedSession>> told) {
        this.loop = loop;
        this.timer = timer;
        this.unknown = new LinkedHashSet<>(sessions);
        this.told = told;
    }

    void start() {
        after(LIMIT, this::finish);
        look(() -> {
            if (unknown.isEmpty()) {
                finish();
            } else {
                after(SHORT, () -> look(this::finish));
            }
        });
    }

    private void look(Runnable then) {
        new SessionRound(unknown, this::inspect, then).start();
    }

    private void inspect(GatedSession session, Runnable next) {
        boolean asked = !over
                && session.inspect(pin -> {
                    if (unknown.remove(session)) {
                        pin.ifPresent(pinned::add);
                    }
                    next.run();
                });
        if (!asked) {
            next.run();
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            unknown.forEach(session -> session.pinned()
                    .filter(pin -> pin.forMillis() >= SHORT.toMillis())
                    .ifPresent(pinned::add));
            told.accept(List.copyOf(pinned));
        }
    }

    private void after(Duration time, Runnable task) {
        timer.schedule(time, () -> loop.execute(task));
    }
}
