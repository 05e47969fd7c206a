package io.godwit.messaging;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Writes records to the outbox table in the caller's transaction and hands them to the publisher at commit. */
final class JdbcOutbox implements Outbox {
    private final OutboxTable table;
    private final OutboxPublisher publisher;

    JdbcOutbox(OutboxTable table, OutboxPublisher publisher) {
        this.table = table;
        this.publisher = publisher;
    }

    @Override
    public void send(OutboundRecord outbound) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "no transaction is active; expected the outbox to be used inside one, for " + outbound.type());
        }
        // PostgreSQL keeps microseconds: the time is the same whether it is sent from memory or from the table.
        Instant time = Instant.now().truncatedTo(ChronoUnit.MICROS);
        OutboxRow row = table.insert(outbound, UUID.randomUUID(), time);
        AfterCommit.run(() -> publisher.offer(row));
    }
}
