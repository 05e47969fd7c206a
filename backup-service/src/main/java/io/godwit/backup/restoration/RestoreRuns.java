package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Records how restore runs go. */
@Component
class RestoreRuns {
    /** For how long an interrupted run is tried to be recovered. */
    private static final Duration RECOVERY = Duration.ofHours(24);

    private final RestoreRunRepository runs;
    private final BackupRepository backups;
    private final MoveAnswers answers;
    private final InstantSource clock;

    RestoreRuns(RestoreRunRepository runs, BackupRepository backups, MoveAnswers answers, InstantSource clock) {
        this.runs = runs;
        this.backups = backups;
        this.answers = answers;
        this.clock = clock;
    }

    /** @param again whether an earlier start of the run was interrupted */
    record Begun(RestoreRun run, Backup backup, boolean again) {}

    List<String> unfinished(RunKind kind) {
        return runs.findIds(RunStatus.RUNNING, kind);
    }

    /** Empty if the run is finished. */
    @Transactional
    Optional<Begun> begin(String id) {
        return runs.findById(id)
                .filter(run -> run.status() == RunStatus.RUNNING)
                .map(run -> {
                    boolean again = run.started();
                    run.start(clock.instant());
                    return new Begun(run, backups.findById(run.backupId()).orElseThrow(), again);
                });
    }

    /** Whether what an interrupted start has left may be cleared away later where it can't be now; not for ever. */
    boolean mayRecoverLater(Begun begun) {
        Instant interrupted = begun.run().interruptedAt();
        return interrupted != null && clock.instant().isBefore(interrupted.plus(RECOVERY));
    }

    /** Records beside which database the scratch database is about to be made: there it is looked for in the end. */
    @Transactional
    void beside(Begun begun, PlacedDatabase database) {
        runs.findById(begun.run().id()).ifPresent(run -> run.beside(database));
    }

    /** Records what is about to be changed on the target's server for the time of the replacement. */
    @Transactional
    void setAside(Begun begun, String values) {
        runs.findById(begun.run().id()).ifPresent(run -> run.setAside(values));
    }

    @Transactional
    void succeed(Begun begun) {
        ifRunning(begun, run -> run.succeed(clock.instant()));
    }

    @Transactional
    void fail(Begun begun, Failure failure) {
        ifRunning(begun, run -> run.fail(failure, clock.instant()));
    }

    /** A run that was given up meanwhile has ended already. */
    private void ifRunning(Begun begun, Consumer<RestoreRun> end) {
        runs.findAndLock(begun.run().id())
                .filter(run -> run.status() == RunStatus.RUNNING)
                .ifPresent(run -> {
                    end.accept(run);
                    answers.answer(run);
                });
    }
}
