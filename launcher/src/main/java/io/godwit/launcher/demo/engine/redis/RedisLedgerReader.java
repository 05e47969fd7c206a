package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import io.godwit.launcher.demo.load.Holdings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads the clients' streams and lists page by page, each in the logical database that its client uses. */
final class RedisLedgerReader implements LedgerReader {
    private static final int STREAM_PAGE = 100;
    private static final int SCAN_COUNT = 5_000;

    private final Map<Integer, RedisLine> lines = new HashMap<>();

    private RedisLedgerReader() {}

    static RedisLedgerReader open(DatabaseConnection database) {
        RedisLedgerReader reader = new RedisLedgerReader();
        try {
            for (int number : ShopKeys.DATABASES) {
                RedisLogin login = new RedisLogin("godwit-demo-check", number, false);
                reader.lines.put(number, RedisDriver.JEDIS.open(database, login));
            }
            return reader;
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public void entries(int client, LongConsumer sequences) {
        for (String stream : keys(client, new ShopKeys(client).ledgers())) {
            entriesOf(client, stream, sequences);
        }
    }

    private void entriesOf(int client, String stream, LongConsumer sequences) {
        String from = "-";
        List<?> page;
        do {
            page = list(client, RedisCommand.of("XRANGE", stream, from, "+", "COUNT", STREAM_PAGE));
            for (Object entry : page) {
                List<?> idAndFields = (List<?>) entry;
                sequences.accept(sequenceIn((List<?>) idAndFields.getLast()));
                from = "(" + idAndFields.getFirst();
            }
        } while (page.size() == STREAM_PAGE);
    }

    private static long sequenceIn(List<?> fields) {
        int at = fields.indexOf(ShopKeys.SEQUENCE);
        return Long.parseLong(fields.get(at + 1).toString());
    }

    @Override
    public void audited(int client, LongConsumer sequences) {
        for (String list : keys(client, new ShopKeys(client).audits())) {
            list(client, RedisCommand.of("LRANGE", list, 0, -1))
                    .forEach(number -> sequences.accept(Long.parseLong(number.toString())));
        }
    }

    /** Asks the server for the pages that there are, so that one that is too many is found, too. */
    private List<String> keys(int client, String prefix) {
        Set<String> found = new HashSet<>();
        String cursor = "0";
        do {
            List<?> answer = list(client, RedisCommand.of("SCAN", cursor, "MATCH", prefix + "*", "COUNT", SCAN_COUNT));
            cursor = answer.getFirst().toString();
            ((List<?>) answer.getLast()).forEach(key -> found.add(key.toString()));
        } while (!cursor.equals("0"));
        return found.stream()
                .sorted(Comparator.comparingLong(key -> Long.parseLong(key.substring(prefix.length()))))
                .toList();
    }

    @Override
    public Holdings holdings(int client) {
        List<Long> values = new ArrayList<>();
        for (RedisCommand command : new ShopKeys(client).holdings()) {
            values.add(number(ask(line(client), command)));
        }
        return new Holdings(values.getFirst(), values.getLast());
    }

    @Override
    public long sold() {
        long sold = 0;
        for (RedisLine line : lines.values()) {
            for (int product = 0; product < ShopKeys.PRODUCTS_FOR_SALE; product++) {
                sold += number(ask(line, RedisCommand.of("GET", ShopKeys.sold(product))));
            }
        }
        return sold;
    }

    private List<?> list(int client, RedisCommand command) {
        return (List<?>) Objects.requireNonNull(ask(line(client), command));
    }

    private RedisLine line(int client) {
        return Objects.requireNonNull(lines.get(RedisStyle.of(client).database()));
    }

    private static @Nullable Object ask(RedisLine line, RedisCommand command) {
        try {
            return line.call(command);
        } catch (ExchangeFailed e) {
            throw new DemoDatabaseException("read what the clients wrote", e);
        }
    }

    private static long number(@Nullable Object reply) {
        return reply == null ? 0 : Long.parseLong(reply.toString());
    }

    @Override
    public void close() {
        lines.values().forEach(RedisLine::close);
    }
}
