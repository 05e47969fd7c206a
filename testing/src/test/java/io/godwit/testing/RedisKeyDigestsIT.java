package io.godwit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.redis.RedisKeyDigests;
import io.godwit.engines.redis.RedisKeyspace;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisKeyDigestsIT {
    /** Each value as another server could have come to it: in memory it looks nothing like the first one. */
    private static final Map<String, String> OTHER_ENCODINGS = Map.of(
            "hash-max-listpack-entries", "0",
            "set-max-intset-entries", "0",
            "zset-max-listpack-entries", "0",
            "list-max-listpack-size", "1",
            "stream-node-max-entries", "1");

    private static final RedisServer server = RedisServer.shared("digests");

    private final StatefulRedisConnection<byte[], byte[]> connection = server.openAdmin();
    private final RedisCommands<byte[], byte[]> commands = connection.sync();

    @AfterEach
    void close() {
        commands.flushall();
        connection.close();
    }

    @Test
    void equalValuesHaveEqualDigestsWhateverTheirEncodingAndHistory() {
        try (RedisServer other = RedisServer.start("digests2", OTHER_ENCODINGS);
                StatefulRedisConnection<byte[], byte[]> second = other.openAdmin()) {
            List<String> numbers =
                    IntStream.range(0, 3000).mapToObj(Integer::toString).toList();
            List<String> shuffled = new ArrayList<>(numbers);
            Collections.shuffle(shuffled, new Random(11));
            fill(commands, numbers);
            fill(second.sync(), shuffled);
            execute(second.sync(), "SREM set more");
            execute(second.sync(), "HDEL hash more");

            for (String key : List.of("string", "list", "set", "hash", "zset", "stream", "few", "fewfields")) {
                assertThat(digest(second.sync(), key)).as(key).isPresent().isEqualTo(digest(commands, key));
            }
        }
    }

    private static void fill(RedisCommands<byte[], byte[]> commands, List<String> inThisOrder) {
        String ascending = String.join(" ", inThisOrder.stream().sorted().toList());
        execute(commands, "SET string " + "x".repeat(3_000_000));
        execute(commands, "RPUSH list " + ascending);
        execute(commands, "SADD few 1 2 3");
        execute(commands, "SADD set more " + String.join(" ", inThisOrder));
        execute(commands, "SREM set more");
        execute(commands, "HSET fewfields a 1 b 2");
        execute(commands, "HSET hash more 1");
        inThisOrder.forEach(number -> {
            execute(commands, "HSET hash field" + number + " " + number);
            execute(commands, "ZADD zset " + Integer.parseInt(number) % 10 + ".5 " + number);
        });
        execute(commands, "HDEL hash more");
        for (int id = 1; id <= 2500; id++) {
            execute(commands, "XADD stream " + id + "-1 field " + id);
        }
        execute(commands, "XGROUP CREATE stream workers 0");
        execute(commands, "XREADGROUP GROUP workers anna COUNT 1200 STREAMS stream >");
        execute(commands, "PEXPIREAT zset 4102444800000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "string: SET k a | SET k b",
                "string, longer: SET k a | SET k aa",
                "type: SADD k a | RPUSH k a",
                "list order: RPUSH k a b | RPUSH k b a",
                "list borders: RPUSH k ab c | RPUSH k a bc",
                "set member: SADD k a b | SADD k a c",
                "set size: SADD k a b | SADD k a",
                "hash value: HSET k f 1 g 2 | HSET k f 1 g 3",
                "hash field: HSET k f 1 g 2 | HSET k f 1 h 2",
                "hash, values changed round: HSET k f 1 g 2 | HSET k f 2 g 1",
                "score: ZADD k 1 a 2 b | ZADD k 1 a 2.0000001 b",
                "member of equal score: ZADD k 1 a 1 b | ZADD k 1 a 1 c",
                "expiry: SET k a | SET k a ; PEXPIREAT k 4102444800000",
                "later expiry: SET k a ; PEXPIREAT k 4102444800000 | SET k a ; PEXPIREAT k 4102444800001",
                "entry: XADD k 1-1 f a | XADD k 1-1 f b",
                "entry's id: XADD k 1-1 f a | XADD k 1-2 f a",
                "deleted entry: XADD k 1-1 f a | XADD k 1-1 f a ; XADD k 1-2 f a ; XDEL k 1-2",
                "last id: XADD k 1-1 f a | XADD k 1-1 f a ; XSETID k 5-1",
                "group: XADD k 1-1 f a | XADD k 1-1 f a ; XGROUP CREATE k g 0",
                "group's name: XGROUP CREATE k g 0 MKSTREAM | XGROUP CREATE k h 0 MKSTREAM",
                "group's position: XADD k 1-1 f a ; XGROUP CREATE k g 0 | XADD k 1-1 f a ; XGROUP CREATE k g 1-1",
                "consumer: XGROUP CREATE k g 0 MKSTREAM | XGROUP CREATE k g 0 MKSTREAM ; XGROUP CREATECONSUMER k g anna",
                "pending: XADD k 1-1 f a ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c COUNT 1 STREAMS k > ; XACK k g 1-1"
                        + " | XADD k 1-1 f a ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c COUNT 1 STREAMS k >",
                "delivered again: XADD k 1-1 f a ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c COUNT 1 STREAMS k >"
                        + " | XADD k 1-1 f a ; XGROUP CREATE k g 0 ; XREADGROUP GROUP g c COUNT 1 STREAMS k > ;"
                        + " XCLAIM k g c 0 1-1",
                "pending with another: XADD k 1-1 f a ; XGROUP CREATE k g 0 ; XGROUP CREATECONSUMER k g d ;"
                        + " XREADGROUP GROUP g c COUNT 1 STREAMS k > | XADD k 1-1 f a ; XGROUP CREATE k g 0 ;"
                        + " XREADGROUP GROUP g c COUNT 1 STREAMS k > ; XCLAIM k g d 0 1-1 RETRYCOUNT 1"
            })
    void oneDifferenceGivesAnotherDigest(String difference) {
        String[] sides = difference.substring(difference.indexOf(": ") + 2).split(" \\| ", -1);
        Optional<String> first = digestAfter(sides[0]);
        Optional<String> again = digestAfter(sides[0]);
        Optional<String> second = digestAfter(sides[1]);

        assertThat(first).isPresent().isEqualTo(again);
        assertThat(second).isPresent().isNotEqualTo(first);
    }

    @Test
    void aKeyThatIsNotThereHasNoDigest() {
        assertThat(digest(commands, "absent")).isEmpty();
    }

    @Test
    void everyKeyOfEveryLogicalDatabaseIsFound() {
        IntStream.range(0, 2000).forEach(number -> execute(commands, "SET key" + number + " x"));
        commands.select(9);
        execute(commands, "SET last x");

        assertThat(RedisKeyspace.databases(commands)).containsExactly(0, 9);
        assertThat(keys()).containsExactly("last");
        commands.select(0);
        assertThat(keys()).hasSize(2000).contains("key0", "key1999");
    }

    private Set<String> keys() {
        Set<String> found = new HashSet<>();
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            KeyScanCursor<byte[]> page = RedisKeyspace.page(commands, cursor, 100);
            page.getKeys().forEach(key -> found.add(new String(key, UTF_8)));
            cursor = page;
        }
        return found;
    }

    private Optional<String> digestAfter(String lines) {
        commands.flushall();
        for (String line : lines.split(";", -1)) {
            execute(commands, line.strip());
        }
        return digest(commands, "k");
    }

    private static Optional<String> digest(RedisCommands<byte[], byte[]> commands, String key) {
        return RedisKeyDigests.digest(commands, key.getBytes(UTF_8)).map(HexFormat.of()::formatHex);
    }

    private static void execute(RedisCommands<byte[], byte[]> commands, String line) {
        String[] words = line.split(" ", -1);
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        for (int i = 1; i < words.length; i++) {
            arguments.add(words[i]);
        }
        commands.dispatch(() -> words[0].getBytes(UTF_8), new ArrayOutput<>(ByteArrayCodec.INSTANCE), arguments);
    }
}
