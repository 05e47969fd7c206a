package io.godwit.backup.restoration;

import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.placement.Placements;
import io.godwit.backup.store.Manifest;
import io.godwit.events.BackupEvent.RestoreProgressed;
import io.godwit.events.Failure;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The restores of migrations: which of them is still wanted. */
@Component
class MoveRuns {
    private static final Logger LOG = LoggerFactory.getLogger(MoveRuns.class);
    private static final Failure NOT_WANTED = new Failure(
            "RESTORE_DISCARDED", "the migration does not want this restore any more", Failure.Kind.CONFLICT);

    /** Of one that discards for one that replaces its target. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final RestoreRunRepository runs;
    private final Placements placements;
    private final MoveAnswers answers;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    /** How many bytes of its archive a run has read, as long as it goes on in this process. */
    private final Map<String, Long> bytesRead = new ConcurrentHashMap<>();

    MoveRuns(
            RestoreRunRepository runs,
            Placements placements,
            MoveAnswers answers,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.runs = runs;
        this.placements = placements;
        this.answers = answers;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * Does something on the target under the run's lock. Whoever wants the run no longer waits for that, and finds what
     * was done: so nothing is made or replaced after it was discarded, or its successor has begun.
     *
     * @throws OperationFailedException if the run is not wanted any more
     */
    <T> T whileWanted(RestoreRun run, Supplier<T> action) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            boolean wanted = runs.findAndLock(run.id())
                    .filter(locked -> locked.status() == RunStatus.RUNNING)
                    .filter(locked -> !hasSuccessor(run))
                    .isPresent();
            // A command may come after the commands that took it back: its target is another's, or gone.
            if (!wanted
                    || !placements.isPrepared(
                            run.target(), run.placement().server().serverId())) {
                throw new OperationFailedException(NOT_WANTED.code(), NOT_WANTED.message(), NOT_WANTED.kind());
            }
            return action.get();
        }));
    }

    void progress(RestoreRun run, long bytes) {
        bytesRead.put(run.id(), bytes);
        try {
            transaction.executeWithoutResult(_ -> goesOn(run));
        } catch (RuntimeException e) {
            // Progress is for people; a restore does not fail because it can't be shown.
            LOG.atWarn()
                    .setMessage("The progress of a restore could not be told")
                    .addKeyValue("run", run.id())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    /** Tells that a run has not ended; it may not have begun. To be called inside a transaction. */
    void goesOn(RestoreRun run) {
        long bytes = bytesRead.getOrDefault(run.id(), 0L);
        answers.send(run, step -> new RestoreProgressed(step, run.backupId(), bytes));
    }

    /** To be called when nothing more is read for a run in this process. */
    void forget(RestoreRun run) {
        bytesRead.remove(run.id());
    }

    /** Durable when this returns: what the replacement changes for its time is known if it is interrupted. */
    void setAside(RestoreRun run, String values) {
        transaction.executeWithoutResult(_ -> runs.findAndLock(run.id()).ifPresent(locked -> locked.setAside(values)));
    }

    void restored(RestoreRun run, Manifest manifest) {
        transaction.executeWithoutResult(_ -> runs.findAndLock(run.id())
                .ifPresent(locked -> locked.restored(
                        manifest.rows(), manifest.tables().size(), ContentsDigest.of(manifest.tables()))));
    }

    /**
     * Gives up all runs of a migration up to an attempt.
     *
     * @return them, with those that had ended before
     * @throws OperationFailedException with {@code RESTORE_BUSY} if one of them does not come to an end of what it is just
     *     doing on its target
     */
    List<RestoreRun> discardUpTo(int lastAttempt, String migrationId) {
        try {
            return Objects.requireNonNull(transaction.execute(_ -> {
                runs.boundLocks(LONGEST_WAIT.toSeconds() + "s");
                List<RestoreRun> all = runs.findAndLockOfMigration(migrationId, lastAttempt);
                all.stream()
                        .filter(run -> run.status() == RunStatus.RUNNING)
                        .forEach(run -> run.fail(NOT_WANTED, clock.instant()));
                return all;
            }));
        } catch (PessimisticLockingFailureException e) {
            throw new OperationFailedException(
                    "RESTORE_BUSY",
                    "a restore for migration " + migrationId + " works on its target; expected an end of that within "
                            + LONGEST_WAIT,
                    Failure.Kind.TRANSIENT,
                    e);
        }
    }

    /** Gives up the runs of earlier attempts, as {@link #discardUpTo} does. */
    void discardEarlier(RestoreRun run) {
        StepRef step = Objects.requireNonNull(run.step());
        discardUpTo(step.attempt() - 1, step.migrationId());
    }

    /** Nothing is left of a run; its target, with its server, may be gone soon. */
    void cleared(RestoreRun run) {
        transaction.executeWithoutResult(
                _ -> runs.findAndLock(run.id()).ifPresent(locked -> locked.cleared(clock.instant())));
    }

    private boolean hasSuccessor(RestoreRun run) {
        StepRef step = Objects.requireNonNull(run.step());
        return runs.existsByMigrationIdAndAttemptGreaterThan(step.migrationId(), step.attempt());
    }
}
