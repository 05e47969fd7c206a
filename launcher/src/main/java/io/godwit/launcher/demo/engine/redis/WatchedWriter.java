package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was sold, adds to it here and writes it back under {@code WATCH}. A write of another client in between that goes
 * unnoticed is then missing from the sum.
 */
final class WatchedWriter implements ShopWriter {
    private static final int MOST_ATTEMPTS = 200;

    private final RedisLine line;
    private final ShopKeys keys;
    private final Payloads payloads;
    private final ShopWriter plain;

    WatchedWriter(RedisLine line, ShopKeys keys, Payloads payloads) {
        this.line = line;
        this.keys = keys;
        this.payloads = payloads;
        this.plain = new PlainWriter(line, keys, payloads);
    }

    @Override
    public void append(long sequence, int amount) throws ExchangeFailed {
        plain.append(sequence, amount);
    }

    @Override
    public void purchase(long sequence, int amount, int product) throws ExchangeFailed {
        List<RedisCommand> commands = new ArrayList<>(keys.entry(sequence, amount, payloads.next()));
        commands.addAll(keys.sale(amount));
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            line.call(RedisCommand.of("WATCH", ShopKeys.sold(product)));
            Object sold = line.call(RedisCommand.of("GET", ShopKeys.sold(product)));
            if (tryToSell(commands, product, number(sold) + amount) != null) {
                return;
            }
        }
        throw new ExchangeFailed(
                "EXEC has answered nil " + MOST_ATTEMPTS + " times in a row; expected it to go through", false, null);
    }

    private @Nullable List<@Nullable Object> tryToSell(List<RedisCommand> entryAndSale, int product, long soldThen)
            throws ExchangeFailed {
        List<RedisCommand> commands = new ArrayList<>(entryAndSale);
        commands.add(RedisCommand.of("SET", ShopKeys.sold(product), soldThen));
        return line.transaction(commands);
    }

    private static long number(@Nullable Object reply) {
        return reply == null ? 0 : Long.parseLong(reply.toString());
    }
}
