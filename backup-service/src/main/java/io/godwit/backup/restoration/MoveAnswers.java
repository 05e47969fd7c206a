package io.godwit.backup.restoration;

import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.BackupEvent;
import io.godwit.events.BackupEvent.BackupRestored;
import io.godwit.events.BackupEvent.RestoreFailed;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.OutboundRecord;
import io.godwit.messaging.Outbox;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Tells the migration that a restore is for how it goes; says nothing of restores that no migration waits for. */
@Component
class MoveAnswers {
    private final Outbox outbox;

    MoveAnswers(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Says nothing while the run goes on. */
    void answer(RestoreRun run) {
        if (run.status() == RunStatus.SUCCEEDED) {
            send(run, step -> new BackupRestored(step, run.backupId(), run.rows(), run.tables(), run.digest()));
        } else if (run.status() == RunStatus.FAILED) {
            send(
                    run,
                    step -> new RestoreFailed(
                            step, RestoreBackup.class.getSimpleName(), Objects.requireNonNull(run.failure())));
        }
    }

    void send(RestoreRun run, Function<StepRef, BackupEvent> event) {
        StepRef step = run.step();
        if (step != null) {
            send(step, event.apply(step));
        }
    }

    void send(StepRef step, BackupEvent event) {
        outbox.send(OutboundRecord.message(Topics.BACKUP_EVENTS, step.databaseId(), event));
    }
}
