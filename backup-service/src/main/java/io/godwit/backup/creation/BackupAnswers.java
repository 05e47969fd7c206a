package io.godwit.backup.creation;

import io.godwit.backup.catalog.Backup;
import io.godwit.events.BackupEvent;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.BackupEvent.BackupFailed;
import io.godwit.events.BackupEvent.BackupProgressed;
import io.godwit.events.Failure;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.OutboundRecord;
import io.godwit.messaging.Outbox;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Tells the migration that a backup was taken for how it goes; says nothing of backups that no migration waits for. */
@Component
class BackupAnswers {
    private static final Failure REMOVED = new Failure(
            "BACKUP_REMOVED",
            "the safety backup of this attempt has been removed; expected a new attempt",
            Failure.Kind.CONFLICT);

    private final Outbox outbox;

    BackupAnswers(Outbox outbox) {
        this.outbox = outbox;
    }

    void progress(Backup backup) {
        send(backup, step -> new BackupProgressed(step, backup.id(), backup.bytes()));
    }

    /** @param backup finished */
    void answer(Backup backup) {
        send(backup, step -> answerOf(step, backup));
    }

    private static BackupEvent answerOf(StepRef step, Backup backup) {
        return switch (backup.status()) {
            case COMPLETED ->
                new BackupCompleted(step, backup.id(), backup.bytes(), Objects.requireNonNull(backup.sha256()));
            case FAILED -> new BackupFailed(step, backup.id(), Objects.requireNonNull(backup.failure()));
            case DELETED -> new BackupFailed(step, backup.id(), REMOVED);
            case PENDING, RUNNING -> throw new IllegalStateException(backup.id() + " is not finished");
        };
    }

    private void send(Backup backup, Function<StepRef, BackupEvent> event) {
        backup.step()
                .map(event)
                .map(answer -> OutboundRecord.message(Topics.BACKUP_EVENTS, backup.databaseId(), answer))
                .ifPresent(outbox::send);
    }
}
