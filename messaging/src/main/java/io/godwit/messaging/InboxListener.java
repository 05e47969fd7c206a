package io.godwit.messaging;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Receives every record of a topic once in effect. Declared as a bean; the consumer group is made of the application's
 * name, the topic and {@link #subscription}.
 *
 * <p>{@link #onRecord} runs in a transaction together with the record's entry in the inbox, on the topic's consumer
 * thread: keep it short and start long work after the commit. A record that keeps failing goes to the topic's
 * dead-letter topic.
 *
 * @param <T> {@link io.godwit.events.Message} or {@link io.godwit.events.MigrationEvent}
 */
public interface InboxListener<T> {
    String topic();

    Class<T> payloadType();

    void onRecord(T payload);

    /**
     * Until when a message is worth something; null for ever. One that comes later is skipped. The clocks of sender and
     * receiver have to agree that well.
     */
    default @Nullable Instant validUntil(T payload) {
        return null;
    }

    /**
     * Tells listeners on the same topic in one service apart; each of them receives every record. Changing it makes the
     * listener a new one, which reads the topic from its beginning.
     */
    default String subscription() {
        return "";
    }
}
