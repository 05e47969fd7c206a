package io.godwit.replication.work;

import io.godwit.events.ReplicationEvent;
import io.godwit.events.Topics;
import io.godwit.messaging.MessageTooLargeException;
import io.godwit.messaging.OutboundRecord;
import io.godwit.messaging.Outbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Tells the orchestrator. */
@Component
class ReplicationEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationEvents.class);

    private final Outbox outbox;
    private final TransactionTemplate transactions;

    ReplicationEvents(Outbox outbox, TransactionTemplate transactions) {
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /** Sends together with what else the surrounding transaction does. */
    void send(ReplicationEvent event) {
        outbox.send(
                OutboundRecord.message(Topics.REPLICATION_EVENTS, event.step().databaseId(), event));
    }

    /** Sends in a transaction of its own. What tells only how work goes on is not worth failing the work for. */
    void sendIfPossible(ReplicationEvent event) {
        try {
            transactions.executeWithoutResult(_ -> send(event));
        } catch (DataAccessException | TransactionException | MessageTooLargeException e) {
            LOG.atWarn()
                    .setMessage("Could not tell how work goes on")
                    .addKeyValue("migration", event.step().migrationId())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }
}
