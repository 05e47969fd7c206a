package io.godwit.messaging;

import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.events.Topics;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.ServicesDatabase;
import jakarta.persistence.EntityManager;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A service with a database of its own, as Godwit's services are. */
@SpringBootApplication
class MessagingTestApplication {
    static ConfigurableApplicationContext run(KafkaBroker broker, ServicesDatabase.Schema schema) {
        SpringApplication application = new SpringApplication(MessagingTestApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(
                "--spring.application.name=" + schema.name(),
                "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                "--spring.datasource.url=" + schema.url(),
                "--spring.datasource.username=" + schema.user(),
                "--spring.datasource.password=" + schema.password(),
                "--spring.jpa.hibernate.ddl-auto=none",
                "--spring.flyway.locations=classpath:db/messaging,classpath:db/test",
                "--spring.flyway.schemas=" + schema.name());
    }

    @Bean
    RecordingListener first() {
        return new RecordingListener(Topics.PROXY_EVENTS, "");
    }

    @Bean
    RecordingListener second() {
        return new RecordingListener(Topics.PROXY_EVENTS, "second");
    }

    @Bean
    Notes notes(PlatformTransactionManager transactions, EntityManager entities, Outbox outbox) {
        return new Notes(new TransactionTemplate(transactions), entities, outbox);
    }

    /** The business of the service: it notes a heartbeat and tells about it, in one transaction. */
    record Notes(TransactionTemplate transaction, EntityManager entities, Outbox outbox) {
        Note noteAndSend(ProxyHeartbeat heartbeat) {
            Note note = new Note(heartbeat.proxyId());
            transaction.executeWithoutResult(status -> write(note, heartbeat));
            return note;
        }

        Note noteAndFail(ProxyHeartbeat heartbeat) {
            Note note = new Note(heartbeat.proxyId());
            transaction.executeWithoutResult(status -> {
                write(note, heartbeat);
                status.setRollbackOnly();
            });
            return note;
        }

        boolean exists(Note note) {
            return Boolean.TRUE.equals(transaction.execute(status -> entities.find(Note.class, note.id()) != null));
        }

        private void write(Note note, ProxyHeartbeat heartbeat) {
            entities.persist(note);
            outbox.send(OutboundRecord.message(Topics.PROXY_EVENTS, heartbeat.proxyId(), heartbeat));
        }
    }
}
