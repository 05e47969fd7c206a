package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/** Makes up a shop of every type of value that Redis has, in pipelines of bounded length. */
final class RedisFill {
    static final int TAGS = 50;

    private static final int BATCH = 500;
    private static final long DAY_SECONDS = 86_400;
    private static final long FLASH_MILLIS = 5_000;
    private static final int FLASHES_APART = 100;
    private static final int BANNER = 1_000_000;
    private static final int READ_BY_GROUP = 100;
    private static final String[] LANGUAGES = {"en", "de", "fr"};
    private static final String[] STATES = {"new", "paid", "shipped", "cancelled"};
    private static final String[] NOTES = {"", "gift", "tab\tand\r\nline", "back\\slash \\0", "Grüße 🐦"};

    private final RedisLine line;
    private final RedisShopSize size;
    private final LongConsumer progress;
    private long done;

    private RedisFill(RedisLine line, RedisShopSize size, long done, LongConsumer progress) {
        this.line = line;
        this.size = size;
        this.done = done;
        this.progress = progress;
    }

    static void run(DatabaseConnection database, long rows, LongConsumer progress) throws InterruptedException {
        long main = fill(database, ShopKeys.DATABASES.getFirst(), RedisShopSize.main(rows), 0, progress);
        fill(database, ShopKeys.DATABASES.getLast(), RedisShopSize.archive(rows), main, progress);
    }

    private static long fill(
            DatabaseConnection database, int number, RedisShopSize size, long done, LongConsumer progress)
            throws InterruptedException {
        RedisLogin login = new RedisLogin("godwit-demo-fill", number, false);
        try (RedisLine line = RedisDriver.JEDIS.open(database, login)) {
            RedisFill fill = new RedisFill(line, size, done, progress);
            fill.everything();
            return fill.done;
        } catch (ExchangeFailed e) {
            throw new DemoDatabaseException("fill " + database, e);
        }
    }

    private void everything() throws ExchangeFailed, InterruptedException {
        line.call(RedisCommand.of("FUNCTION", "LOAD", "REPLACE", ShopScripts.library()));
        line.call(RedisCommand.of("SET", ShopKeys.CUSTOMERS, size.customers()));
        count(1);
        each(size.customers(), RedisFill::customer);
        each(size.products(), RedisFill::product);
        each(size.products(), RedisFill::price);
        each(size.orders(), RedisFill::order);
        each(
                size.orders(),
                number -> RedisCommand.of("RPUSH", "orders-of:" + number * 7919 % size.customers(), number));
        each(size.recent(), number -> RedisCommand.of("XADD", "orders", "*", "order", number, "by", "web"));
        each(size.tagged(), number -> RedisCommand.of("SADD", "tag:" + number % TAGS, number));
        each(
                size.sessions(),
                number -> RedisCommand.of("SET", "session:" + number, "token-" + number, "EX", DAY_SECONDS + number));
        each(
                size.flashes(),
                number ->
                        RedisCommand.of("SET", "flash:" + number, "now", "PX", FLASH_MILLIS + number * FLASHES_APART));
        each(size.logged(), number -> RedisCommand.of("RPUSH", "log", "line " + number));
        singles();
        workers();
    }

    private static RedisCommand customer(long number) {
        return RedisCommand.of(
                "HSET",
                "customer:" + number,
                "name",
                "Customer " + Long.toString(number * 2_654_435_761L, Character.MAX_RADIX),
                "email",
                "c" + number + "@example.org",
                "language",
                LANGUAGES[(int) (number % LANGUAGES.length)],
                "points",
                number % 1000);
    }

    private static RedisCommand product(long number) {
        return RedisCommand.of("HSET", "product:" + number, "sku", "SKU-" + number, "weight", number % 50 / 10.0);
    }

    private static RedisCommand price(long number) {
        return RedisCommand.of("ZADD", "products:by-price", number % 10_000 / 100.0, number);
    }

    private static RedisCommand order(long number) {
        return RedisCommand.of(
                "HSET",
                "order:" + number,
                "status",
                STATES[(int) (number % STATES.length)],
                "note",
                NOTES[(int) (number % NOTES.length)]);
    }

    /** Values that are special by their size or by how the server stores them. */
    private void singles() throws ExchangeFailed {
        if (size.singles() == 1) {
            return;
        }
        line.pipeline(List.of(
                RedisCommand.of("SET", "banner", "b".repeat(BANNER)),
                RedisCommand.of("SETBIT", "seen", 100_003, 1),
                RedisCommand.of("PFADD", "visitors", "ann", "bob", "cid"),
                RedisCommand.of("GEOADD", "stores", "13.361389", "38.115556", "Palermo")));
        count(size.singles() - 1);
    }

    /** A consumer group in the middle of its work: some entries are done, some are pending, most are still to come. */
    private void workers() throws ExchangeFailed {
        line.call(RedisCommand.of("XGROUP", "CREATE", "orders", "shipping", "0", "MKSTREAM"));
        line.call(RedisCommand.of(
                "XREADGROUP", "GROUP", "shipping", "packer", "COUNT", READ_BY_GROUP, "STREAMS", "orders", ">"));
    }

    private void each(long numbers, LongFunction<RedisCommand> command) throws ExchangeFailed, InterruptedException {
        List<RedisCommand> batch = new ArrayList<>();
        for (long number = 0; number < numbers; number++) {
            batch.add(command.apply(number));
            if (batch.size() == BATCH || number + 1 == numbers) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while the database was being filled");
                }
                line.pipeline(batch);
                count(batch.size());
                batch.clear();
            }
        }
    }

    private void count(long rows) {
        done += rows;
        progress.accept(done);
    }
}
