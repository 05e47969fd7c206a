package io.godwit.provisioning.server;

import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.provisioning.engine.ProvisioningException;
import java.io.UncheckedIOException;
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
    private final InstantSource clock;
    private final Duration startTimeout;
    private final Map<String, Attempts> attempts = new ConcurrentHashMap<>();

    ServerRestarts(ServerLocks locks, InstantSource clock, ProvisioningProperties properties) {
        this.locks = locks;
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

    void onSilence(Restartable silent) {
        Attempts past = attempts.getOrDefault(silent.name(), new Attempts(0, Instant.EPOCH));
        if (past.count() >= MOST_ATTEMPTS || past.last().plus(past.pause()).isAfter(clock.instant())) {
            return;
        }
        try {
            locks.holding(silent.name(), LOCK_WAIT, () -> startIfDead(silent, past));
        } catch (ProvisioningException | LocalProcessException | UncheckedIOException e) {
            LOG.atError()
                    .setMessage("A server that died could not be started again")
                    .addKeyValue("server", silent.name())
                    .addKeyValue("attempt", past.count() + 1)
                    .addKeyValue("lastAttempt", past.count() + 1 >= MOST_ATTEMPTS)
                    .setCause(e)
                    .log();
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

    private record Attempts(int count, Instant last) {
        Duration pause() {
            return count == 0 ? Duration.ZERO : FIRST_WAIT.multipliedBy(1L << Math.min(count - 1, MOST_DOUBLINGS));
        }
    }
}
