package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All commands at once, with reads before and after the writes. */
final class PipelinedWriter implements ShopWriter {
    private static final RedisCommand MULTI = RedisCommand.of("MULTI");
    private static final RedisCommand EXEC = RedisCommand.of("EXEC");

    private final RedisLine line;
    private final ShopKeys keys;
    private final Payloads payloads;

    PipelinedWriter(RedisLine line, ShopKeys keys, Payloads payloads) {
        this.line = line;
        this.keys = keys;
        this.payloads = payloads;
    }

    @Override
    public void append(long sequence, int amount) throws ExchangeFailed {
        List<RedisCommand> commands = new ArrayList<>(keys.holdings());
        commands.addAll(keys.entry(sequence, amount, payloads.next()));
        commands.addAll(keys.holdings());
        line.pipeline(commands);
    }

    @Override
    public void purchase(long sequence, int amount, int product) throws ExchangeFailed {
        List<RedisCommand> commands = new ArrayList<>(keys.holdings());
        commands.add(MULTI);
        commands.addAll(keys.entry(sequence, amount, payloads.next()));
        commands.addAll(keys.sale(amount));
        commands.add(keys.takeStock(product, amount));
        commands.add(EXEC);
        List<@Nullable Object> replies = line.pipeline(commands);
        if (replies.getLast() == null) {
            throw new ExchangeFailed("EXEC answered nil although no key was watched", false, null);
        }
    }
}
