package io.godwit.orchestrator.messaging;

import io.godwit.events.Event;
import io.godwit.events.Message;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.InboxListener;
import io.godwit.orchestrator.migration.MigrationRunner;
import io.godwit.orchestrator.saga.Input;
import io.godwit.orchestrator.saga.Replies;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Listens to the services that answer commands, once in effect. */
@Configuration(proxyBeanMethods = false)
class ParticipantListeners {

    @Bean
    InboxListener<Message> provisioningEvents(MigrationRunner runner) {
        return new Participant(Topics.PROVISIONING_EVENTS, runner);
    }

    @Bean
    InboxListener<Message> replicationEvents(MigrationRunner runner) {
        return new Participant(Topics.REPLICATION_EVENTS, runner);
    }

    @Bean
    InboxListener<Message> backupEvents(MigrationRunner runner) {
        return new Participant(Topics.BACKUP_EVENTS, runner);
    }

    private record Participant(String topic, MigrationRunner runner) implements InboxListener<Message> {
        @Override
        public Class<Message> payloadType() {
            return Message.class;
        }

        @Override
        public void onRecord(Message message) {
            if (message instanceof Event event) {
                StepRef step = Replies.stepOf(event);
                if (step != null) {
                    runner.handle(step.migrationId(), new Input.Received(event));
                }
            }
        }
    }
}
