package io.godwit.engines.redis;

import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * The elements of a set or a hash. The server hands them out in no order and, while its table grows or shrinks, some of
 * them twice: so the sorted digests of the elements, 64 bits each, go into the digest of the whole, each once.
 *
 * <p>A value with more elements than memory is given to is read in several passes, each for one range of digests.
 */
final class UnorderedElements {
    /** Elements whose digests are kept at once: 32 MiB. */
    private static final int PER_PASS = 1 << 22;

    private final long size;
    private final Source source;
    private final int perPass;

    /** Hands the digest of each element to the consumer, in any order, some perhaps twice. */
    interface Source {
        void each(LongConsumer element);
    }

    UnorderedElements(long size, Source source, int perPass) {
        this.size = size;
        this.source = source;
        this.perPass = perPass;
    }

    static UnorderedElements ofSet(RedisCommands<byte[], byte[]> commands, byte[] key) {
        long size = commands.scard(key);
        ScanArgs chunk = ScanArgs.Builder.limit(ChunkSize.of(commands, key, size));
        Source source = element -> {
            CanonicalDigest digest = new CanonicalDigest();
            ScanCursor cursor = ScanCursor.INITIAL;
            while (!cursor.isFinished()) {
                var page = commands.sscan(key, cursor, chunk);
                for (byte[] member : page.getValues()) {
                    digest.put(member);
                    element.accept(shortened(digest));
                }
                cursor = page;
            }
        };
        return new UnorderedElements(size, source, PER_PASS);
    }

    static UnorderedElements ofHash(RedisCommands<byte[], byte[]> commands, byte[] key) {
        long size = commands.hlen(key);
        ScanArgs chunk = ScanArgs.Builder.limit(ChunkSize.of(commands, key, size));
        Source source = element -> {
            CanonicalDigest digest = new CanonicalDigest();
            ScanCursor cursor = ScanCursor.INITIAL;
            while (!cursor.isFinished()) {
                var page = commands.hscan(key, cursor, chunk);
                page.getMap().forEach((field, value) -> {
                    digest.put(field);
                    digest.put(value);
                    element.accept(shortened(digest));
                });
                cursor = page;
            }
        };
        return new UnorderedElements(size, source, PER_PASS);
    }

    void putInto(CanonicalDigest digest) {
        digest.put(size);
        long passes = Math.max(1, Math.ceilDiv(size, perPass));
        for (long pass = 0; pass < passes; pass++) {
            putRange(digest, pass, passes);
        }
    }

    private void putRange(CanonicalDigest digest, long pass, long passes) {
        Collected collected = new Collected();
        source.each(element -> {
            if (rangeOf(element, passes) == pass) {
                collected.add(element);
            }
        });
        collected.sortedOnce(digest::put);
    }

    /** Ranges of equal width in unsigned order, so that all passes together are sorted too. */
    private static long rangeOf(long element, long passes) {
        return Math.unsignedMultiplyHigh(element, passes);
    }

    private static long shortened(CanonicalDigest digest) {
        return ByteBuffer.wrap(digest.finish()).getLong();
    }

    /** Grows with what is found: a range may have a few more elements than its share. */
    private static final class Collected {
        private long[] elements = new long[64];
        private int count;

        void add(long element) {
            if (count == elements.length) {
                elements = Arrays.copyOf(elements, 2 * count);
            }
            // Sorting compares signed numbers; with the highest bit turned around their order is the unsigned one.
            elements[count++] = element ^ Long.MIN_VALUE;
        }

        void sortedOnce(LongConsumer consumer) {
            Arrays.sort(elements, 0, count);
            for (int i = 0; i < count; i++) {
                if (i == 0 || elements[i] != elements[i - 1]) {
                    consumer.accept(elements[i]);
                }
            }
        }
    }
}
