package io.godwit.replication.engine.redis;

import io.godwit.engines.redis.RedisKeyDigests;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ParallelTasks;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Digests of keys that may be written meanwhile. Values that are not large, of which there may be very many, are read or
 * made a digest of in one round trip for all of them; everything else goes to {@link RedisKeyDigests}.
 */
final class RedisDigests {
    static final String ABSENT = "absent";

    /** With a number behind it that makes it equal to no digest. */
    private static final String CHANGED = "changed ";

    /** What is under way at once, about: a server answers a batch in one go, and others wait for that. */
    private static final long BATCH_BYTES = 1 << 20;

    private static final int GONE = -2;

    /** Each waits for an answer most of the time; their commands share a connection and travel together. */
    private static final int READERS = 32;

    private static final AtomicLong CHANGES = new AtomicLong();

    private RedisDigests() {}

    /**
     * @param session in which the keys' logical database is chosen
     * @return for each key, text that is equal for equal values read in the same form; {@link #ABSENT} also for a key
     *     that has expired. A key that does not fit its form any more equals nothing.
     */
    static List<String> of(RedisSession session, List<RedisReading> readings) throws Exception {
        String[] digests = new String[readings.size()];
        for (List<Integer> batch : batches(readings)) {
            List<Asked> answers = session.together(() -> batch.stream()
                    .map(index -> ask(session, index, readings.get(index)))
                    .toList());
            for (Asked asked : answers) {
                digests[asked.index()] = digest(asked);
            }
        }
        List<Integer> inPieces = IntStream.range(0, digests.length)
                .filter(index -> isInPieces(readings.get(index)))
                .boxed()
                .toList();
        readPieces(session, readings, inPieces, digests);
        return List.of(digests);
    }

    /** The numbers of the keys that are not read in pieces. */
    private static List<List<Integer>> batches(List<RedisReading> readings) {
        List<List<Integer>> batches = new ArrayList<>();
        long bytes = BATCH_BYTES;
        for (int index = 0; index < readings.size(); index++) {
            if (!isInPieces(readings.get(index))) {
                if (bytes >= BATCH_BYTES) {
                    batches.add(new ArrayList<>());
                    bytes = 0;
                }
                batches.getLast().add(index);
                bytes += readings.get(index).bytes();
            }
        }
        return batches;
    }

    private static boolean isInPieces(RedisReading reading) {
        return reading.form() == RedisReading.Form.IN_PIECES;
    }

    private static Asked ask(RedisSession session, int index, RedisReading reading) {
        return switch (reading.form()) {
            case ABSENT -> new Asked.Presence(index, session.pipeline().pexpiretime(reading.key()));
            case LONG_STRING, LONG_LIST, LONG_STREAM ->
                new Asked.Digest(index, RedisLongValue.ask(session.pipeline(), reading));
            case STRING, LIST, SET, HASH, SORTED_SET, STREAM ->
                new Asked.Whole(
                        index,
                        reading.form(),
                        session.pipeline().pexpiretime(reading.key()),
                        RedisWholeValue.ask(session.pipeline(), reading));
            case IN_PIECES -> throw new IllegalArgumentException("not read at once: " + reading.form());
        };
    }

    private static void readPieces(
            RedisSession session, List<RedisReading> readings, List<Integer> which, String[] digests) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Callable<Boolean>> readers = new ArrayList<>();
        for (int reader = 0; reader < Math.min(READERS, which.size()); reader++) {
            readers.add(() -> {
                for (int w = next.getAndIncrement(); w < which.size(); w = next.getAndIncrement()) {
                    int index = which.get(w);
                    digests[index] = inPieces(session, readings.get(index).key());
                }
                return true;
            });
        }
        ParallelTasks.run(readers);
    }

    private static String inPieces(RedisSession session, byte[] key) {
        try {
            return RedisKeyDigests.digest(session.commands(), key)
                    .map(HexFormat.of()::formatHex)
                    .orElse(ABSENT);
        } catch (RedisCommandExecutionException e) {
            return changed(e);
        } catch (IllegalArgumentException e) {
            throw new ReplicationException(
                    "TYPE_NOT_COMPARABLE", Failure.Kind.CONFLICT, String.valueOf(e.getMessage()), e);
        }
    }

    private static String changed() {
        return CHANGED + CHANGES.incrementAndGet();
    }

    /** The server refuses what was asked of a key that has become something else, or a stream that has gone. */
    private static String changed(RedisCommandExecutionException e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("WRONGTYPE") || message.startsWith("ERR no such key")) {
            return changed();
        }
        throw e;
    }

    private static String digest(Asked asked) throws InterruptedException {
        try {
            return switch (asked) {
                case Asked.Presence presence -> RedisAwait.answer(presence.end()) == GONE ? ABSENT : changed();
                case Asked.Digest made -> new String(RedisAwait.answer(made.digest()), StandardCharsets.US_ASCII);
                case Asked.Whole whole -> {
                    long end = RedisAwait.answer(whole.end());
                    if (end == GONE) {
                        yield ABSENT;
                    }
                    Object answer = RedisAwait.answer(whole.value());
                    yield answer == null ? changed() : RedisWholeValue.digest(whole.form(), end, answer);
                }
            };
        } catch (RedisCommandExecutionException e) {
            return changed(e);
        }
    }

    /** A key whose answers are awaited. */
    private sealed interface Asked {
        /** Among the keys. */
        int index();

        record Presence(int index, RedisFuture<Long> end) implements Asked {}

        record Digest(int index, RedisFuture<byte[]> digest) implements Asked {}

        record Whole(int index, RedisReading.Form form, RedisFuture<Long> end, RedisFuture<?> value) implements Asked {}
    }
}
