package io.godwit.launcher.demo.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of the functions and of the keys that the shop was filled with, with their times of expiry, by the first word of the
 * key's name. What clients change and what expires meanwhile is left out. Memory: some bytes for each key.
 */
final class RedisFingerprint {
    private static final int PAGE = 500;
    private static final String EXPIRING = "flash";

    private final RedisLine line;
    /** {@code SCAN} may show a key more than once. */
    private final Set<String> seen = new HashSet<>();

    private final Map<String, Family> families = new TreeMap<>();

    private RedisFingerprint(RedisLine line) {
        this.line = line;
    }

    static SequencedMap<String, String> of(DatabaseConnection database) {
        SequencedMap<String, String> hashes = new TreeMap<>();
        for (int number : ShopKeys.DATABASES) {
            // RESP2, in which a hash is a plain list.
            RedisLogin login = new RedisLogin("godwit-demo-fingerprint", number, false);
            try (RedisLine line = RedisDriver.JEDIS.open(database, login)) {
                RedisFingerprint fingerprint = new RedisFingerprint(line);
                fingerprint.scan();
                fingerprint.families.forEach((name, family) -> hashes.put(number + "/" + name, family.toString()));
                hashes.put("functions", digest(functions(line)).toString(Character.MAX_RADIX));
            } catch (ExchangeFailed e) {
                throw new DemoDatabaseException("take the fingerprint of " + database, e);
            }
        }
        return hashes;
    }

    /** The code of each library; each server lists the functions in it in an order of its own. */
    private static String functions(RedisLine line) throws ExchangeFailed {
        List<String> code = new ArrayList<>();
        for (Object library : list(line.call(RedisCommand.of("FUNCTION", "LIST", "WITHCODE")))) {
            List<?> fields = (List<?>) library;
            code.add(String.valueOf(fields.get(fields.indexOf("library_code") + 1)));
        }
        code.sort(null);
        return code.toString();
    }

    private void scan() throws ExchangeFailed {
        String cursor = "0";
        do {
            List<?> page = list(line.call(RedisCommand.of("SCAN", cursor, "COUNT", PAGE)));
            cursor = String.valueOf(page.getFirst());
            List<String> keys = ((List<?>) page.getLast())
                    .stream()
                            .map(String::valueOf)
                            .filter(key -> !family(key).equals(ShopKeys.LIVE)
                                    && !family(key).equals(EXPIRING))
                            .filter(seen::add)
                            .toList();
            add(keys);
        } while (!cursor.equals("0"));
    }

    private void add(List<String> keys) throws ExchangeFailed {
        List<RedisCommand> about = new ArrayList<>();
        keys.forEach(key -> {
            about.add(RedisCommand.of("TYPE", key));
            about.add(RedisCommand.of("PEXPIRETIME", key));
        });
        List<@Nullable Object> facts = line.pipeline(about);
        List<RedisCommand> values = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            values.add(beginning(keys.get(i), type(facts, i)));
        }
        List<@Nullable Object> beginnings = line.pipeline(values);
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            String content = content(key, type(facts, i), beginnings.get(i));
            BigInteger digest = digest(key + " " + type(facts, i) + " " + facts.get(2 * i + 1) + " " + content);
            families.computeIfAbsent(family(key), _ -> new Family()).add(digest);
        }
    }

    private static String type(List<@Nullable Object> facts, int key) {
        return String.valueOf(facts.get(2 * key));
    }

    /** Asks for all of a value, or for the first page of one that may be long. */
    private static RedisCommand beginning(String key, String type) {
        return switch (type) {
            case "string" -> RedisCommand.of("GET", key);
            case "list" -> RedisCommand.of("LRANGE", key, 0, PAGE - 1);
            case "zset" -> RedisCommand.of("ZRANGE", key, 0, PAGE - 1, "WITHSCORES");
            case "set" -> RedisCommand.of("SMEMBERS", key);
            case "hash" -> RedisCommand.of("HGETALL", key);
            case "stream" -> RedisCommand.of("XRANGE", key, "-", "+", "COUNT", PAGE);
            default -> throw new IllegalStateException("key " + key + " has type " + type + "; the demo fills none");
        };
    }

    /** The same for equal values, however the server stores them. */
    private String content(String key, String type, @Nullable Object beginning) throws ExchangeFailed {
        return switch (type) {
            case "set" -> sorted(beginning, 1);
            case "hash" -> sorted(beginning, 2);
            case "list" -> pages(beginning, from -> RedisCommand.of("LRANGE", key, from, from + PAGE - 1));
            case "zset" ->
                pages(beginning, from -> RedisCommand.of("ZRANGE", key, from, from + PAGE - 1, "WITHSCORES"));
            case "stream" -> entries(key, beginning) + groups(key);
            default -> String.valueOf(beginning);
        };
    }

    private String pages(@Nullable Object beginning, LongFunction<RedisCommand> page) throws ExchangeFailed {
        StringBuilder text = new StringBuilder();
        List<?> elements = list(beginning);
        for (long from = PAGE; elements.size() >= PAGE; from += PAGE) {
            text.append(digest(elements.toString()));
            elements = list(line.call(page.apply(from)));
        }
        return text.append(elements).toString();
    }

    private String entries(String stream, @Nullable Object beginning) throws ExchangeFailed {
        StringBuilder text = new StringBuilder();
        List<?> entries = list(beginning);
        while (entries.size() >= PAGE) {
            text.append(digest(entries.toString()));
            Object last = list(entries.getLast()).getFirst();
            entries = list(line.call(RedisCommand.of("XRANGE", stream, "(" + last, "+", "COUNT", PAGE)));
        }
        return text.append(entries).toString();
    }

    private static List<?> list(@Nullable Object reply) {
        return (List<?>) Objects.requireNonNull(reply);
    }

    private String groups(String stream) throws ExchangeFailed {
        StringBuilder text = new StringBuilder();
        List<?> groups = list(line.call(RedisCommand.of("XINFO", "GROUPS", stream)));
        for (Object group : groups) {
            List<?> fields = (List<?>) group;
            Object name = fields.get(fields.indexOf("name") + 1);
            text.append(name)
                    .append(fields.get(fields.indexOf("last-delivered-id") + 1))
                    .append(line.call(RedisCommand.of("XPENDING", stream, name)));
        }
        return text.toString();
    }

    /** @param together how many elements belong together */
    private static String sorted(@Nullable Object elements, int together) {
        List<?> list = list(elements);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < list.size(); i += together) {
            parts.add(list.subList(i, i + together).toString());
        }
        parts.sort(null);
        return parts.toString();
    }

    private static String family(String key) {
        int colon = key.indexOf(':');
        return colon < 0 ? key : key.substring(0, colon);
    }

    private static BigInteger digest(String text) {
        try {
            return new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A sum does not depend on the order of the keys. */
    private static final class Family {
        private long keys;
        private BigInteger sum = BigInteger.ZERO;

        void add(BigInteger digest) {
            keys++;
            sum = sum.add(digest);
        }

        @Override
        public String toString() {
            return keys + " keys, " + sum.toString(Character.MAX_RADIX);
        }
    }
}
