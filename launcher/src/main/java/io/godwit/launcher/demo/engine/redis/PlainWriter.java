package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.util.ArrayList;
import java.util.List;

/** One command after the other. */
final class PlainWriter implements ShopWriter {
    private final RedisLine line;
    private final ShopKeys keys;
    private final Payloads payloads;

    PlainWriter(RedisLine line, ShopKeys keys, Payloads payloads) {
        this.line = line;
        this.keys = keys;
        this.payloads = payloads;
    }

    @Override
    public void append(long sequence, int amount) throws ExchangeFailed {
        for (RedisCommand command : keys.entry(sequence, amount, payloads.next())) {
            line.call(command);
        }
    }

    @Override
    public void purchase(long sequence, int amount, int product) throws ExchangeFailed {
        List<RedisCommand> commands = new ArrayList<>(keys.entry(sequence, amount, payloads.next()));
        commands.addAll(keys.sale(amount));
        commands.add(keys.takeStock(product, amount));
        if (line.transaction(commands) == null) {
            throw new ExchangeFailed("EXEC answered nil although no key was watched", false, null);
        }
    }
}
