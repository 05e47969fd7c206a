package io.godwit.backup.messaging;

import io.godwit.backup.creation.BackupRequests;
import io.godwit.backup.restoration.MoveRequests;
import io.godwit.events.BackupCommand;
import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupCommand.DiscardRestore;
import io.godwit.events.BackupCommand.InspectRestore;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.Message;
import io.godwit.events.Topics;
import io.godwit.messaging.InboxListener;
import org.springframework.stereotype.Component;

@Component
class BackupCommandListener implements InboxListener<Message> {
    private final BackupRequests requests;
    private final MoveRequests moves;

    BackupCommandListener(BackupRequests requests, MoveRequests moves) {
        this.requests = requests;
        this.moves = moves;
    }

    @Override
    public String topic() {
        return Topics.BACKUP_COMMANDS;
    }

    @Override
    public Class<Message> payloadType() {
        return Message.class;
    }

    @Override
    public void onRecord(Message message) {
        if (message instanceof BackupCommand command) {
            switch (command) {
                case CreateSafetyBackup create -> requests.accept(create);
                case InspectRestore inspect -> moves.accept(inspect);
                case RestoreBackup restore -> moves.accept(restore);
                case DiscardRestore discard -> moves.accept(discard);
            }
        }
    }
}
