package io.godwit.backup.restoration;

import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.backup.engine.BackupEngines;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes what runs that have ended may have left beside a tenant's database: a run removes it itself, if its server lets
 * it. What a run uses that has not ended has another name.
 */
@Component
class ScratchSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ScratchSweep.class);

    /** A server that has not answered for so long has gone with everything on it. */
    private static final Duration PATIENCE = Duration.ofDays(7);

    private static final List<RunStatus> ENDED = List.of(RunStatus.SUCCEEDED, RunStatus.FAILED);
    private static final int PAGE = 100;

    private final RestoreRunRepository runs;
    private final BackupEngines engines;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    private final Semaphore one = new Semaphore(1);

    ScratchSweep(
            RestoreRunRepository runs, BackupEngines engines, TransactionTemplate transaction, InstantSource clock) {
        this.runs = runs;
        this.engines = engines;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Not on the scheduler's thread: servers that do not answer would hold up all else that is scheduled. */
    @Scheduled(initialDelayString = "${godwit.backup.sweep:PT5M}", fixedDelayString = "${godwit.backup.sweep:PT5M}")
    void start() {
        if (one.tryAcquire()) {
            Thread.ofVirtual().name("scratch-sweep").start(() -> {
                try {
                    sweep();
                } catch (RuntimeException e) {
                    LOG.atWarn()
                            .setMessage("What ended runs have left could not be looked up; that is tried again")
                            .addKeyValue("reason", e.getMessage())
                            .log();
                } finally {
                    one.release();
                }
            });
        }
    }

    private void sweep() {
        Instant since = clock.instant().minus(PATIENCE);
        Set<String> silentServers = new HashSet<>();
        String after = "";
        List<RestoreRun> page;
        do {
            page = runs.findUncleared(ENDED, since, after, Limit.of(PAGE));
            for (RestoreRun run : page) {
                clear(run, silentServers);
                after = run.id();
            }
        } while (page.size() == PAGE);
    }

    private void clear(RestoreRun run, Set<String> silentServers) {
        PlacedDatabase beside = run.placement();
        String server = beside.server().serverId();
        if (silentServers.contains(server)) {
            return;
        }
        try {
            engines.of(beside.server().engine()).removeScratch(beside, ScratchName.of(run));
            transaction.executeWithoutResult(
                    _ -> runs.findAndLock(run.id()).ifPresent(locked -> locked.cleared(clock.instant())));
        } catch (OperationFailedException e) {
            boolean silent = e.failure().kind() == Failure.Kind.TRANSIENT;
            if (silent) {
                silentServers.add(server);
            }
            LOG.atLevel(silent ? Level.INFO : Level.WARN)
                    .setMessage("What a run has left could not be removed; that is tried again")
                    .addKeyValue("run", run.id())
                    .addKeyValue("server", server)
                    .addKeyValue("scratch", ScratchName.of(run))
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }
}
