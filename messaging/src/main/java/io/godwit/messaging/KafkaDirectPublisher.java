package io.godwit.messaging;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.springframework.kafka.core.KafkaOperations;

/** Sends records at once. */
final class KafkaDirectPublisher implements DirectPublisher {
    private final KafkaOperations<String, byte[]> kafka;
    private final CloudEventRecords records;

    KafkaDirectPublisher(KafkaOperations<String, byte[]> kafka, CloudEventRecords records) {
        this.kafka = kafka;
        this.records = records;
    }

    @Override
    public CompletableFuture<Void> send(OutboundRecord outbound) {
        try {
            return kafka.send(records.record(
                            outbound.topic(),
                            outbound.key(),
                            UUID.randomUUID(),
                            outbound.type(),
                            Instant.now(),
                            CloudEventRecords.encode(outbound.data())))
                    .thenAccept(acknowledged -> {});
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
