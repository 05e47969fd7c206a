package io.godwit.replication.work;

import io.godwit.events.Failure;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationEvent;
import io.godwit.messaging.MessageTooLargeException;
import io.godwit.replication.engine.ReplicationException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Carries out one piece of work and answers it, success or not. */
@Component
class WorkRunner {
    private static final Logger LOG = LoggerFactory.getLogger(WorkRunner.class);
    private static final Duration ANSWER_RETRY = Duration.ofSeconds(1);

    private final CommandExecution execution;
    private final WorkTable table;
    private final ReplicationEvents events;
    private final TransactionTemplate transactions;

    WorkRunner(
            CommandExecution execution, WorkTable table, ReplicationEvents events, TransactionTemplate transactions) {
        this.execution = execution;
        this.table = table;
        this.events = events;
        this.transactions = transactions;
    }

    void run(Work work) {
        long started = System.nanoTime();
        try {
            answer(work, perform(work));
            LOG.atInfo()
                    .setMessage("Ended work")
                    .addKeyValue("command", nameOf(work.command()))
                    .addKeyValue("migration", work.migrationId())
                    .addKeyValue("database", work.databaseId())
                    .addKeyValue(
                            "millis",
                            Duration.ofNanos(System.nanoTime() - started).toMillis())
                    .log();
        } catch (InterruptedException _) {
            LOG.atInfo()
                    .setMessage("Left work because newer work came or the service stops")
                    .addKeyValue("command", nameOf(work.command()))
                    .addKeyValue("migration", work.migrationId())
                    .log();
        }
    }

    private ReplicationEvent perform(Work work) throws InterruptedException {
        ReplicationCommand command = work.command();
        try {
            return work.resumed() ? execution.resume(command) : execution.execute(command);
        } catch (ReplicationException e) {
            about(work, LOG.atWarn().setMessage("Work failed"), e)
                    .addKeyValue("code", e.failure().code())
                    .log();
            return failed(command, e.failure());
        } catch (DataAccessException | TransactionException e) {
            about(work, LOG.atWarn().setMessage("The service's own database did not answer"), e)
                    .log();
            return failed(
                    command,
                    new Failure(
                            "SERVICE_DATABASE_AWAY",
                            "The replication service's own database did not answer while it carried out "
                                    + nameOf(command),
                            Failure.Kind.TRANSIENT));
        } catch (RuntimeException e) {
            about(work, LOG.atError().setMessage("Work failed unexpectedly"), e).log();
            return failed(
                    command,
                    new Failure(
                            "INTERNAL_ERROR",
                            nameOf(command) + " failed unexpectedly: " + e.getMessage(),
                            Failure.Kind.INTERNAL));
        }
    }

    private static LoggingEventBuilder about(Work work, LoggingEventBuilder message, Exception cause) {
        return message.addKeyValue("command", nameOf(work.command()))
                .addKeyValue("migration", work.migrationId())
                .setCause(cause);
    }

    /** An answer that no broker would take is one that says so: nobody waits until his time is up. */
    private void answer(Work work, ReplicationEvent reply) throws InterruptedException {
        try {
            record(work, reply);
        } catch (MessageTooLargeException e) {
            about(work, LOG.atError().setMessage("An answer is too large to be sent"), e)
                    .log();
            record(
                    work,
                    failed(
                            work.command(),
                            new Failure(
                                    "ANSWER_TOO_LARGE",
                                    nameOf(work.command()) + " was carried out, but its answer can't be sent: "
                                            + e.getMessage(),
                                    Failure.Kind.INTERNAL)));
        }
    }

    /** Tries again until the service's own database takes the answer: what was done must not be forgotten. */
    private void record(Work work, ReplicationEvent reply) throws InterruptedException {
        while (true) {
            try {
                transactions.executeWithoutResult(_ -> {
                    if (table.finish(work, reply)) {
                        events.send(reply);
                    }
                });
                return;
            } catch (DataAccessException | TransactionException e) {
                LOG.atWarn()
                        .setMessage("Could not record an answer, trying again")
                        .addKeyValue("migration", work.migrationId())
                        .setCause(e)
                        .log();
                Thread.sleep(ANSWER_RETRY);
            }
        }
    }

    private static ReplicationEvent failed(ReplicationCommand command, Failure failure) {
        return new ReplicationEvent.ReplicationFailed(command.step(), nameOf(command), failure);
    }

    private static String nameOf(ReplicationCommand command) {
        return command.getClass().getSimpleName();
    }
}
