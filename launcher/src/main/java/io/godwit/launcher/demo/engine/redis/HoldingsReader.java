package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import io.godwit.launcher.demo.load.Holdings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a client reads what it owns. */
interface HoldingsReader {
    Holdings read() throws ExchangeFailed;

    /** Both values from the server, at once. */
    static HoldingsReader asking(RedisLine line, ShopKeys keys) {
        return () -> {
            List<@Nullable Object> values = line.pipeline(keys.holdings());
            return new Holdings(number(values.getFirst()), number(values.getLast()));
        };
    }

    /**
     * The ticks from the client's own cache. What the server has to say about them has come when it has answered the
     * question for the balance.
     */
    static HoldingsReader caching(RedisLine line, ShopKeys keys, ClientCache cache) {
        return () -> {
            List<RedisCommand> questions = keys.holdings();
            long balance = number(line.call(questions.getFirst()));
            String ticks = cache.find(keys.ticks());
            if (ticks == null) {
                ticks = Long.toString(number(line.call(questions.getLast())));
                cache.put(keys.ticks(), ticks);
            }
            return new Holdings(balance, Long.parseLong(ticks));
        };
    }

    private static long number(@Nullable Object reply) {
        return reply == null ? 0 : Long.parseLong(reply.toString());
    }
}
