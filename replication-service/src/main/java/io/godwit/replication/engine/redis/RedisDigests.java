package io.godwit.replication.engine.redis;

import io.godwit.engines.redis.RedisKeyDigests;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ParallelTasks;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Digests of keys that may be written meanwhile. Short strings, of which there may be very many, are read in two round
 * trips for all of them; everything else goes to {@link RedisKeyDigests}.
 */
final class RedisDigests {
    static final String ABSENT = "absent";

    /** Equal to no digest. */
    private static final String CHANGED = "changed";

    private static final int SHORT_BYTES = 16 * 1024;

    /** Each waits for an answer most of the time; their commands share a connection and travel together. */
    private static final int READERS = 32;

    private RedisDigests() {}

    /**
     * @param session in which the keys' logical database is chosen
     * @return for each key, text that is equal for equal values; {@link #ABSENT} also for a key that has expired
     */
    static List<String> of(RedisSession session, List<byte[]> keys) throws Exception {
        List<RedisFuture<String>> types =
                keys.stream().map(key -> session.pipeline().type(key)).toList();
        List<RedisFuture<Long>> ends =
                keys.stream().map(key -> session.pipeline().pexpiretime(key)).toList();
        String[] digests = new String[keys.size()];
        List<Integer> others = new ArrayList<>();
        List<Integer> strings = new ArrayList<>();
        List<RedisFuture<byte[]>> values = new ArrayList<>();
        for (int i = 0; i < digests.length; i++) {
            switch (RedisAwait.answer(types.get(i))) {
                case "none" -> digests[i] = ABSENT;
                case "string" -> {
                    strings.add(i);
                    values.add(session.pipeline().getrange(keys.get(i), 0, SHORT_BYTES));
                }
                default -> others.add(i);
            }
        }
        for (int s = 0; s < strings.size(); s++) {
            int i = strings.get(s);
            byte[] value = valueOrNothing(values.get(s));
            if (value.length == 0 || value.length > SHORT_BYTES) {
                others.add(i);
            } else {
                digests[i] = ofString(value, RedisAwait.answer(ends.get(i)));
            }
        }
        readEach(session, keys, others, digests);
        return List.of(digests);
    }

    static String of(RedisSession session, byte[] key) throws Exception {
        return of(session, List.of(key)).getFirst();
    }

    private static void readEach(RedisSession session, List<byte[]> keys, List<Integer> which, String[] digests)
            throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Callable<Boolean>> readers = new ArrayList<>();
        for (int reader = 0; reader < Math.min(READERS, which.size()); reader++) {
            readers.add(() -> {
                for (int w = next.getAndIncrement(); w < which.size(); w = next.getAndIncrement()) {
                    digests[which.get(w)] = ofAny(session, keys.get(which.get(w)));
                }
                return true;
            });
        }
        ParallelTasks.run(readers);
    }

    private static String ofAny(RedisSession session, byte[] key) {
        try {
            return RedisKeyDigests.digest(session.commands(), key)
                    .map(HexFormat.of()::formatHex)
                    .orElse(ABSENT);
        } catch (RedisCommandExecutionException e) {
            if (isOfAnotherType(e)) {
                return CHANGED + System.nanoTime();
            }
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ReplicationException(
                    "TYPE_NOT_COMPARABLE", Failure.Kind.CONFLICT, String.valueOf(e.getMessage()), e);
        }
    }

    /** Nothing is what an empty string, a key that has gone and one that has become something else have in common. */
    private static byte[] valueOrNothing(RedisFuture<byte[]> value) throws InterruptedException {
        try {
            return RedisAwait.answer(value);
        } catch (RedisCommandExecutionException e) {
            if (isOfAnotherType(e)) {
                return new byte[0];
            }
            throw e;
        }
    }

    private static boolean isOfAnotherType(RedisCommandExecutionException e) {
        return String.valueOf(e.getMessage()).startsWith("WRONGTYPE");
    }

    private static String ofString(byte[] value, long end) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(("short " + end + ":").getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(value));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
