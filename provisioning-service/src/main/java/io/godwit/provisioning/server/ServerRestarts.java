package io.godwit.provisioning.server;

import io.godwit.provisioning.engine.LocalServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Starts the processes of servers and databases that died: ever more rarely, and not for ever. */
@Component
class ServerRestarts {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRestarts.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_ATTEMPTS = 12;
    /** A server that has answered for so long has recovered. */
    private static final Duration RECOVERED = Duration.ofMinutes(1);

    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    private final ServerLocks locks;
    private final ServerStarts starts;
    private final InstantSource clock;
    private final Duration startTimeout;
    private final Map<String, Attempts> attempts = new ConcurrentHashMap<>();

    ServerRestarts(ServerLocks locks, ServerStarts starts, InstantSource clock, ProvisioningProperties properties) {
        this.locks = locks;
        this.starts = starts;
        this.clock = clock;
        this.startTimeout = properties.process().startTimeout();
    }

    /**
     * What may have died.
     *
     * @param name by which it is locked too while it is made or removed
     * @param wanted whether it is to run, asked once it is locked
     */
    record Restartable(String name, BooleanSupplier wanted, Supplier<LocalServer> process) {}

    void onAnswer(String name) {
        attempts.computeIfPresent(
                name, (_, past) -> past.last().plus(RECOVERED).isBefore(clock.instant()) ? null : past);
    }

    /** Does not wait for the start, which may take long. */
    void onSilence(Restartable silent) {
        if (past(silent.name()).isDue(clock.instant())) {
            starts.begin(silent.name(), () -> start(silent));
        }
    }

    private void start(Restartable silent) {
        Attempts past = past(silent.name());
        // An earlier start may have come to its end after it was seen that one is due.
        if (!past.isDue(clock.instant())) {
            return;
        }
        try {
            locks.holding(silent.name(), LOCK_WAIT, () -> startIfDead(silent, past));
        } catch (RuntimeException e) {
            // What the end of the service interrupts is started in its next life.
            if (!Thread.currentThread().isInterrupted()) {
                LOG.atError()
                        .setMessage("A server that died could not be started again")
                        .addKeyValue("server", silent.name())
                        .addKeyValue("attempt", past.count() + 1)
                        .addKeyValue("lastAttempt", past.count() + 1 >= MOST_ATTEMPTS)
                        .setCause(e)
                        .log();
            }
        }
    }

    private void startIfDead(Restartable silent, Attempts past) {
        if (!silent.wanted().getAsBoolean()) {
            return;
        }
        LocalServer local = silent.process().get();
        if (local.isRunning()) {
            return;
        }
        attempts.put(silent.name(), new Attempts(past.count() + 1, clock.instant()));
        LOG.atWarn()
                .setMessage("A server's process is gone; starting it again")
                .addKeyValue("server", silent.name())
                .addKeyValue("attempt", past.count() + 1)
                .log();
        local.start(startTimeout);
    }

    private Attempts past(String name) {
        return attempts.getOrDefault(name, Attempts.NONE);
    }

    private record Attempts(int count, Instant last) {
        static final Attempts NONE = new Attempts(0, Instant.EPOCH);

        boolean isDue(Instant now) {
            return count < MOST_ATTEMPTS && !last.plus(pause()).isAfter(now);
        }

        private Duration pause() {
            return count == 0 ? Duration.ZERO : FIRST_WAIT.multipliedBy(1L << Math.min(count - 1, MOST_DOUBLINGS));
        }
    }
}
