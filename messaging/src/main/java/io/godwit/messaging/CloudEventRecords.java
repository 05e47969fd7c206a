package io.godwit.messaging;

import io.godwit.events.MessageJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Kafka records in the binary content mode of the CloudEvents Kafka protocol binding, section 3.2. */
final class CloudEventRecords {
    private static final String SPEC_VERSION = "ce_specversion";
    private static final String ID = "ce_id";
    private static final String TYPE = "ce_type";
    private static final String SOURCE = "ce_source";
    private static final String TIME = "ce_time";
    private static final String CONTENT_TYPE = "content-type";

    private final String source;

    CloudEventRecords(String application) {
        this.source = "/godwit/" + application;
    }

    /** The data of a record as it stands in the outbox and on the wire. */
    static byte @Nullable [] encode(@Nullable Object data) {
        return data == null ? null : MessageJson.mapper().writeValueAsBytes(data);
    }

    ProducerRecord<String, byte[]> record(
            String topic, String key, UUID id, String type, Instant time, byte @Nullable [] data) {
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(topic, key, data);
        Headers headers = message.headers();
        add(headers, SPEC_VERSION, "1.0");
        add(headers, ID, id.toString());
        add(headers, TYPE, type);
        add(headers, SOURCE, source);
        add(headers, TIME, time.toString());
        add(headers, CONTENT_TYPE, "application/json");
        return message;
    }

    /** The CloudEvents id, or the record's place in Kafka where a foreign producer left it out. */
    static String id(ConsumerRecord<?, ?> received) {
        String id = header(received, ID);
        return id != null ? id : received.topic() + "-" + received.partition() + "-" + received.offset();
    }

    static @Nullable String type(ConsumerRecord<?, ?> received) {
        return header(received, TYPE);
    }

    /** When the message was sent; null where a foreign producer left it out or wrote something else. */
    static @Nullable Instant time(ConsumerRecord<?, ?> received) {
        String time = header(received, TIME);
        try {
            return time == null ? null : Instant.parse(time);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String header(ConsumerRecord<?, ?> received, String name) {
        Header header = received.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
