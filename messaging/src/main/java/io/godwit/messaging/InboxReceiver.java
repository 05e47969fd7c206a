package io.godwit.messaging;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.transaction.support.TransactionOperations;

/** Hands each record to its listener once, in one transaction with the record's entry in the inbox. */
final class InboxReceiver<T> implements MessageListener<String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(InboxReceiver.class);

    private final InboxListener<T> listener;
    private final PayloadReader<T> reader;
    private final InboxTable inbox;
    private final TransactionOperations transaction;
    private final String name;

    InboxReceiver(InboxListener<T> listener, InboxTable inbox, TransactionOperations transaction) {
        this.listener = listener;
        this.reader = new PayloadReader<>(listener.payloadType());
        this.inbox = inbox;
        this.transaction = transaction;
        this.name = nameOf(listener);
    }

    /** The topic, with the subscription where there is one. */
    static String nameOf(InboxListener<?> listener) {
        return listener.subscription().isEmpty() ? listener.topic() : listener.topic() + "." + listener.subscription();
    }

    @Override
    public void onMessage(ConsumerRecord<String, byte[]> received) {
        Optional<T> payload = reader.read(received);
        if (payload.isEmpty() || isStale(received, payload.get())) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            if (inbox.enter(name, CloudEventRecords.id(received))) {
                listener.onRecord(payload.get());
            }
        });
    }

    private boolean isStale(ConsumerRecord<String, byte[]> received, T payload) {
        Instant until = listener.validUntil(payload);
        if (until == null || Instant.now().isBefore(until)) {
            return false;
        }
        LOG.atWarn()
                .setMessage("Skipped a message that comes too late")
                .addKeyValue("type", CloudEventRecords.type(received))
                .addKeyValue("key", received.key())
                .addKeyValue("sent", CloudEventRecords.time(received))
                .addKeyValue("validUntil", until)
                .log();
        return true;
    }
}
