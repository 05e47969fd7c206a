package io.godwit.messaging;

import org.apache.kafka.clients.producer.ProducerRecord;

/** A record together with the id of its row in the outbox. */
record OutboxRow(long id, ProducerRecord<String, byte[]> message) {}
