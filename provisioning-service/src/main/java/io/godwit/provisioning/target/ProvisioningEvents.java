package io.godwit.provisioning.target;

import io.godwit.events.ProvisioningEvent;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.OutboundRecord;
import io.godwit.messaging.Outbox;
import org.springframework.stereotype.Component;

/** Answers commands. Used inside a transaction. */
@Component
class ProvisioningEvents {
    private final Outbox outbox;

    ProvisioningEvents(Outbox outbox) {
        this.outbox = outbox;
    }

    void send(StepRef step, ProvisioningEvent event) {
        outbox.send(OutboundRecord.message(Topics.PROVISIONING_EVENTS, step.databaseId(), event));
    }
}
