package io.godwit.orchestrator.messaging;

import io.godwit.events.Event;
import io.godwit.events.Message;
import io.godwit.events.ProvisioningEvent.RouteRehearsed;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.InboxListener;
import io.godwit.messaging.StopDelay;
import io.godwit.orchestrator.migration.MigrationRunner;
import io.godwit.orchestrator.saga.Input;
import io.godwit.orchestrator.saga.Replies;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Listens to the services that answer commands, once in effect. */
@Configuration(proxyBeanMethods = false)
class ParticipantListeners {

    @Bean
    InboxListener<Message> provisioningEvents(MigrationRunner runner, StopDelay stopDelay) {
        return new Participant(Topics.PROVISIONING_EVENTS, runner, stopDelay);
    }

    @Bean
    InboxListener<Message> replicationEvents(MigrationRunner runner, StopDelay stopDelay) {
        return new Participant(Topics.REPLICATION_EVENTS, runner, stopDelay);
    }

    @Bean
    InboxListener<Message> backupEvents(MigrationRunner runner, StopDelay stopDelay) {
        return new Participant(Topics.BACKUP_EVENTS, runner, stopDelay);
    }

    private record Participant(String topic, MigrationRunner runner, StopDelay stopDelay)
            implements InboxListener<Message> {
        @Override
        public Class<Message> payloadType() {
            return Message.class;
        }

        @Override
        public void onRecord(Message message) {
            // Clients are held by what follows: the next life asks again, and holds them itself.
            boolean wouldHold = message instanceof RouteRehearsed;
            if (message instanceof Event event && !(wouldHold && stopDelay.isStopping())) {
                StepRef step = Replies.stepOf(event);
                if (step != null) {
                    runner.handle(step.migrationId(), new Input.Received(event));
                }
            }
        }
    }
}
