package io.godwit.provisioning.placement;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Has leftovers removed again and again, on a thread of its own: a round may wait for minutes, and whatever else is
 * scheduled, such as the look at every server's health, would wait with it.
 */
@Component
class LeftoverRounds {
    private static final Logger LOG = LoggerFactory.getLogger(LeftoverRounds.class);
    private static final Duration END_WAIT = Duration.ofSeconds(5);

    private final Runnable round;
    private final Duration endWait;
    private @Nullable Thread running;
    private boolean ended;

    @Autowired
    LeftoverRounds(LeftoverReconciler reconciler) {
        this(reconciler::reconcile, END_WAIT);
    }

    /** @param endWait how long {@link #end} waits */
    LeftoverRounds(Runnable round, Duration endWait) {
        this.round = round;
        this.endWait = endWait;
    }

    /** Returns at once. Does nothing while an earlier round runs, or after the end. */
    @Scheduled(initialDelayString = "PT5S", fixedDelayString = "${godwit.provisioning.reconcile-interval:PT30S}")
    synchronized void begin() {
        if (!ended && (running == null || !running.isAlive())) {
            running = Thread.ofVirtual().name("leftovers").start(this::run);
        }
    }

    /** Begins no more rounds, interrupts the one that runs, and waits some seconds for it. */
    @PreDestroy
    void end() {
        Thread last = refuseFurther();
        if (last == null) {
            return;
        }
        last.interrupt();
        try {
            if (!last.join(endWait)) {
                LOG.atWarn()
                        .setMessage("What is left of databases is still being removed while the service ends")
                        .log();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            round.run();
        } catch (RuntimeException e) {
            // Whatever an ended service did not get done it does in its next life.
            if (!isEnded()) {
                LOG.atError()
                        .setMessage("What is left of databases could not be removed; trying again later")
                        .setCause(e)
                        .log();
            }
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private synchronized @Nullable Thread refuseFurther() {
        ended = true;
        return running;
    }
}
