package io.godwit.provisioning.target;

import io.godwit.events.Message;
import io.godwit.events.ProvisioningCommand;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.InspectStandby;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProvisioningCommand.RestoreRoles;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProvisioningEvent.RehearsalRefused;
import io.godwit.events.Topics;
import io.godwit.messaging.AfterCommit;
import io.godwit.messaging.InboxListener;
import io.godwit.messaging.StopDelay;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Answers at once what needs nothing but the registry; accepts the rest in the inbox's transaction. */
@Component
class ProvisioningCommandListener implements InboxListener<Message> {
    private static final Logger LOG = LoggerFactory.getLogger(ProvisioningCommandListener.class);

    private final TargetPlanning planning;
    private final RoutePublishing publishing;
    private final RouteRehearsal rehearsal;
    private final StopDelay stopDelay;
    private final DiscardedTargets discarded;
    private final WorkTable table;
    private final WorkLanes lanes;
    private final ProvisioningEvents events;

    ProvisioningCommandListener(
            TargetPlanning planning,
            RoutePublishing publishing,
            RouteRehearsal rehearsal,
            StopDelay stopDelay,
            DiscardedTargets discarded,
            WorkTable table,
            WorkLanes lanes,
            ProvisioningEvents events) {
        this.planning = planning;
        this.publishing = publishing;
        this.rehearsal = rehearsal;
        this.stopDelay = stopDelay;
        this.discarded = discarded;
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

    /** Later the attempt has been given up, and the exchange would only be taken back. */
    @Override
    public @Nullable Instant validUntil(Message message) {
        return message instanceof ExchangeRoles exchange ? exchange.heldUntil() : null;
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
            case RehearseRoute rehearse -> rehearse(rehearse);
            case PublishRoute publish -> {
                events.send(publish.step(), publishing.publish(publish));
                AfterCommit.run(() -> stopDelay.end(promise(publish)));
            }
            case PrepareTarget prepare -> acceptUnlessLate(prepare);
            case PrepareStandby prepare -> acceptUnlessLate(prepare);
            case ExchangeRoles exchange -> acceptUnlessLate(exchange);
            case DiscardTarget discard -> {
                discarded.note(discard.step());
                accept(discard);
            }
            case RestoreRoles restore -> {
                discarded.note(restore.step());
                accept(restore);
            }
            case InspectStandby inspect -> accept(inspect);
            case RetireSource retire -> accept(retire);
        }
    }

    /**
     * Applications are held from the answer to the commit, which nobody else can do. So a service that is being stopped
     * does not answer, and is asked again in its next life.
     */
    private void rehearse(RehearseRoute command) {
        stopDelay.begin(promise(command));
        if (stopDelay.isStopping()) {
            stopDelay.end(promise(command));
            return;
        }
        ProvisioningEvent answer = rehearsal.answer(command);
        if (answer instanceof RehearsalRefused) {
            stopDelay.end(promise(command));
        }
        events.send(command.step(), answer);
    }

    private static String promise(ProvisioningCommand command) {
        return "the commit of " + command.step().migrationId();
    }

    /** Nobody waits for the answer to a late one, and nobody would take back what it does. */
    private void acceptUnlessLate(ProvisioningCommand command) {
        if (discarded.isLate(command.step())) {
            LOG.atWarn()
                    .setMessage("Ignored a command of an attempt that was taken back")
                    .addKeyValue("migration", command.step().migrationId())
                    .addKeyValue("attempt", command.step().attempt())
                    .log();
        } else {
            accept(command);
        }
    }

    private void accept(ProvisioningCommand command) {
        Work work = table.insert(command);
        AfterCommit.run(() -> lanes.submit(work));
    }
}
