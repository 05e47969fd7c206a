package io.godwit.messaging;

import io.godwit.events.Message;
import io.godwit.events.MessageJson;
import io.godwit.events.MessageTypes;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Turns received records into what a listener takes.
 *
 * @param <T> the listener's payload
 */
final class PayloadReader<T> {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadReader.class);

    private final Class<T> payloadType;

    PayloadReader(Class<T> payloadType) {
        this.payloadType = payloadType;
    }

    /**
     * @return empty if the record is none of the listener's, for example of a newer version of Godwit
     * @throws UnreadableRecordException if it ought to be one but can't be read
     */
    Optional<T> read(ConsumerRecord<String, byte[]> received) {
        String type = CloudEventRecords.type(received);
        if (type == null) {
            throw new UnreadableRecordException("record has no ce_type header", null);
        }
        if (!Message.class.isAssignableFrom(payloadType)) {
            return Optional.of(parse(received, payloadType));
        }
        Optional<Class<? extends Message>> message = MessageTypes.classOf(type);
        if (message.isEmpty()) {
            LOG.atWarn()
                    .setMessage("Skipped a message of an unknown type")
                    .addKeyValue("type", type)
                    .addKeyValue("topic", received.topic())
                    .log();
        }
        return message.filter(payloadType::isAssignableFrom).map(known -> payloadType.cast(parse(received, known)));
    }

    private static <P> P parse(ConsumerRecord<String, byte[]> received, Class<P> payload) {
        byte[] data = received.value();
        if (data == null) {
            throw new UnreadableRecordException("record has no data; expected a " + payload.getSimpleName(), null);
        }
        try {
            P parsed = MessageJson.mapper().readValue(data, payload);
            if (parsed == null) {
                throw new UnreadableRecordException("data is null; expected a " + payload.getSimpleName(), null);
            }
            return parsed;
        } catch (JacksonException e) {
            throw new UnreadableRecordException(
                    "data is no " + payload.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }
}
