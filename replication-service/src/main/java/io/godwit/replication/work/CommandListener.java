package io.godwit.replication.work;

import io.godwit.events.Message;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.Topics;
import io.godwit.messaging.AfterCommit;
import io.godwit.messaging.InboxListener;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Accepts commands in the inbox's transaction; the work begins after its commit. */
@Component
class CommandListener implements InboxListener<Message> {
    private final WorkTable table;
    private final WorkLanes lanes;
    private final ReplicationEvents events;

    CommandListener(WorkTable table, WorkLanes lanes, ReplicationEvents events) {
        this.table = table;
        this.lanes = lanes;
        this.events = events;
    }

    @Override
    public String topic() {
        return Topics.REPLICATION_COMMANDS;
    }

    @Override
    public Class<Message> payloadType() {
        return Message.class;
    }

    @Override
    public void onRecord(Message message) {
        if (message instanceof ReplicationCommand command) {
            accept(command);
        }
    }

    private void accept(ReplicationCommand command) {
        String migrationId = command.step().migrationId();
        Optional<WorkTable.Latest> repeated =
                table.latest(migrationId).filter(latest -> latest.command().equals(command));
        if (repeated.isPresent()) {
            if (repeated.get().unfinished()) {
                return;
            }
            Optional<ReplicationEvent> reply = repeated.get().reply();
            if (reply.isPresent() && !(reply.get() instanceof ReplicationEvent.ReplicationFailed)) {
                events.send(reply.get());
                return;
            }
        }
        // A command that is not the newest is carried out again, because what came between may have undone it.
        table.supersede(migrationId);
        Work work = table.insert(command);
        AfterCommit.run(() -> lanes.submit(work));
    }
}
