package io.godwit.replication.engine.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Takes the answers of commands that were asked side by side. */
final class RedisAwait {
    /** The connection's own time-out comes first. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private RedisAwait() {}

    static <T> T answer(RedisFuture<T> future) throws InterruptedException {
        return answer(future, LIMIT);
    }

    /** @throws RedisException if the command was refused, its connection was lost, or time ran out */
    static <T> T answer(RedisFuture<T> future, Duration limit) throws InterruptedException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisCommandExecutionException refused) {
                throw new RedisCommandExecutionException(String.valueOf(refused.getMessage()), refused);
            }
            throw new RedisException(String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new RedisException("no answer within " + limit, e);
        }
    }
}
