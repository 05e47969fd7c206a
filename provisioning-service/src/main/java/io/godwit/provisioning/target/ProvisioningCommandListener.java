package io.godwit.provisioning.target;

import io.godwit.events.Message;
import io.godwit.events.ProvisioningCommand;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.Topics;
import io.godwit.messaging.AfterCommit;
import io.godwit.messaging.InboxListener;
import org.springframework.stereotype.Component;

/** Answers at once what needs nothing but the registry; accepts the rest in the inbox's transaction. */
@Component
class ProvisioningCommandListener implements InboxListener<Message> {
    private final TargetPlanning planning;
    private final RoutePublishing publishing;
    private final WorkTable table;
    private final WorkLanes lanes;
    private final ProvisioningEvents events;

    ProvisioningCommandListener(
            TargetPlanning planning,
            RoutePublishing publishing,
            WorkTable table,
            WorkLanes lanes,
            ProvisioningEvents events) {
        this.planning = planning;
        this.publishing = publishing;
        this.table = table;
        this.lanes = lanes;
        this.events = events;
    }

    @Override
    public String topic() {
        return Topics.PROVISIONING_COMMANDS;
    }

    @Override
    public Class<Message> payloadType() {
        return Message.class;
    }

    @Override
    public void onRecord(Message message) {
        if (message instanceof ProvisioningCommand command) {
            onCommand(command);
        }
    }

    private void onCommand(ProvisioningCommand command) {
        switch (command) {
            case PlanTarget plan -> events.send(command.step(), planning.plan(plan));
            case PublishRoute publish -> events.send(command.step(), publishing.publish(publish));
            case PrepareTarget _, DiscardTarget _, RetireSource _ -> {
                Work work = table.insert(command);
                AfterCommit.run(() -> lanes.submit(work));
            }
        }
    }
}
