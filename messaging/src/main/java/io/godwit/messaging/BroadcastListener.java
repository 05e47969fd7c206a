package io.godwit.messaging;

import org.jspecify.annotations.Nullable;

/**
 * Receives every record of a topic in every instance of the service, without a consumer group and without an inbox.
 * Declared as a bean.
 *
 * @param <T> {@link io.godwit.events.Message} or {@link io.godwit.events.DatabaseRoute}
 */
public interface BroadcastListener<T> {
    String topic();

    Class<T> payloadType();

    /** Where a starting instance begins to read. */
    StartAt startAt();

    /**
     * Called on the topic's consumer thread.
     *
     * @param payload null for a tombstone
     */
    void onRecord(String key, @Nullable T payload);

    /** Called once, when everything that was in the topic at the start has been received. */
    default void onCaughtUp() {}

    /** Whether {@link #onUpToDate} is to be called, for which the broker is asked something every second. */
    default boolean followsEnd() {
        return false;
    }

    /**
     * Called every second or two, on the topic's consumer thread: everything that was in the topic shortly before has been
     * received. As long as the broker can't be reached it is not called, so that silence can be told from deafness.
     */
    default void onUpToDate() {}

    /** Where reading begins. */
    enum StartAt {
        EARLIEST,
        LATEST
    }
}
