package io.godwit.replication.work;

import io.godwit.events.Message;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.Topics;
import io.godwit.messaging.AfterCommit;
import io.godwit.messaging.InboxListener;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Accepts commands in the inbox's transaction; the work begins after its commit. */
@Component
class CommandListener implements InboxListener<Message> {
    private static final Logger LOG = LoggerFactory.getLogger(CommandListener.class);

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
    public @Nullable Instant validUntil(Message message) {
        return switch (message) {
            case ReplicationCommand.FenceSource fence -> fence.heldUntil();
            case ReplicationCommand.HandOver handOver -> handOver.heldUntil();
            default -> null;
        };
    }

    @Override
    public void onRecord(Message message) {
        if (message instanceof ReplicationCommand command) {
            accept(command);
        }
    }

    private void accept(ReplicationCommand command) {
        String migrationId = command.step().migrationId();
        Optional<WorkTable.Latest> latest = table.latest(migrationId);
        if (latest.isPresent() && isLate(command, latest.get().command())) {
            return;
        }
        Optional<WorkTable.Latest> repeated =
                latest.filter(newest -> newest.command().equals(command));
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

    /**
     * Whether the command is of an attempt that has been left since: then nobody waits for it, and nobody would take it
     * back. It comes after younger ones when whoever sent it died, or lost the broker, before it had left.
     */
    private static boolean isLate(ReplicationCommand command, ReplicationCommand newest) {
        boolean late = command.step().attempt() < newest.step().attempt();
        if (late) {
            LOG.atWarn()
                    .setMessage("Ignored a command of an earlier attempt")
                    .addKeyValue("command", command.getClass().getSimpleName())
                    .addKeyValue("migration", command.step().migrationId())
                    .addKeyValue("attempt", command.step().attempt())
                    .addKeyValue("newestAttempt", newest.step().attempt())
                    .log();
        }
        return late;
    }
}
