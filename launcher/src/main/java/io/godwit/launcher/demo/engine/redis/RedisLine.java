package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an ordinary driver, which does not reconnect. Replies are texts, numbers, null and lists of them. Used by
 * one thread.
 */
interface RedisLine extends AutoCloseable {
    /** Sends a command and waits for its reply. */
    @Nullable
    Object call(RedisCommand command) throws ExchangeFailed;

    /**
     * Sends all before it waits for the first reply.
     *
     * @return a reply for each; that of {@code EXEC} is a list, or null where a watched key has changed
     */
    List<@Nullable Object> pipeline(List<RedisCommand> commands) throws ExchangeFailed;

    /**
     * {@code MULTI} … {@code EXEC}, one command after the other.
     *
     * @return the replies; null where a watched key has changed, so that nothing has happened
     */
    @Nullable
    List<@Nullable Object> transaction(List<RedisCommand> commands) throws ExchangeFailed;

    /** {@code MULTI} … {@code DISCARD}, one command after the other. */
    void discarded(List<RedisCommand> commands) throws ExchangeFailed;

    /**
     * Takes the oldest element of a queue that is filled with {@code LPUSH}.
     *
     * @return null if none came in time
     */
    @Nullable
    String pop(String queue, Duration within) throws ExchangeFailed;

    /**
     * Takes the next entry that no other member of the consumer group has seen, and acknowledges it.
     *
     * @return its field {@link MessageKeys#FIELD}; null if none came in time
     */
    @Nullable
    String read(String stream, Duration within) throws ExchangeFailed;

    @Override
    void close();
}
