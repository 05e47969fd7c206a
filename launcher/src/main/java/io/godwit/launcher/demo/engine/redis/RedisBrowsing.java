package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.util.List;
import java.util.SplittableRandom;

/** Reads of every kind of value, at random customers. */
final class RedisBrowsing {
    private static final int ORDERS = 20;
    private static final int ENTRIES = 5;

    private final RedisLine line;
    private final SplittableRandom random;
    private final long customers;

    private RedisBrowsing(RedisLine line, int client, long customers) {
        this.line = line;
        this.random = new SplittableRandom(client);
        this.customers = customers;
    }

    static RedisBrowsing over(RedisLine line, int client) throws ExchangeFailed {
        Object count = line.call(RedisCommand.of("GET", ShopKeys.CUSTOMERS));
        return new RedisBrowsing(line, client, Long.parseLong(String.valueOf(count)));
    }

    void look() throws ExchangeFailed {
        long customer = random.nextLong(customers);
        List<RedisCommand> reads = List.of(
                RedisCommand.of("HGETALL", "customer:" + customer),
                RedisCommand.of("LRANGE", "orders-of:" + customer, 0, ORDERS),
                RedisCommand.of("ZREVRANGE", "products:by-price", 0, ORDERS, "WITHSCORES"),
                RedisCommand.of("SISMEMBER", "tag:" + customer % RedisFill.TAGS, customer),
                RedisCommand.of("XREVRANGE", "orders", "+", "-", "COUNT", ENTRIES),
                RedisCommand.of("PTTL", "session:" + customer));
        line.call(reads.get(random.nextInt(reads.size())));
    }
}
