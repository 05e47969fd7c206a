package io.godwit.proxy.protocol.redis;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The replies that are still to come, in order. Those that just pass are counted in runs, so that a pipeline of any
 * depth costs nothing. Confined to the session's event loop.
 */
final class RedisPending {
    /** As an entry: the next of the special ones. */
    private static final int SPECIAL = 0;

    private static final int MOST_ENTRIES = 64 * 1024;

    private final Queue<RedisAwaited> specials = new ArrayDeque<>(0);
    private int[] entries = new int[4];
    private int head;
    private int size;
    private long removed;

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether no more is to be sent until replies have come. */
    boolean isFull() {
        return size >= MOST_ENTRIES;
    }

    /** A reply that just passes. */
    void add() {
        int tail = (head + size - 1) & (entries.length - 1);
        if (size > 0 && entries[tail] != SPECIAL && entries[tail] != Integer.MAX_VALUE) {
            entries[tail]++;
        } else {
            append(1);
        }
    }

    void add(RedisAwaited awaited) {
        append(SPECIAL);
        specials.add(awaited);
    }

    private void append(int entry) {
        if (size == entries.length) {
            int[] larger = Arrays.copyOf(rotated(), size * 2);
            entries = larger;
            head = 0;
        }
        entries[(head + size) & (entries.length - 1)] = entry;
        size++;
    }

    private int[] rotated() {
        int[] inOrder = new int[entries.length];
        for (int i = 0; i < size; i++) {
            inOrder[i] = entries[(head + i) & (entries.length - 1)];
        }
        return inOrder;
    }

    /** What the next reply is for; null if it just passes. */
    @Nullable
    RedisAwaited next() {
        return size > 0 && entries[head] == SPECIAL ? specials.peek() : null;
    }

    /** How many replies have come since the session began. */
    long removed() {
        return removed;
    }

    /** The next reply is there. */
    void remove() {
        if (size == 0) {
            throw new RedisProtocolException("server sent a reply that nobody asked for");
        }
        removed++;
        if (entries[head] == SPECIAL) {
            specials.remove();
        } else {
            entries[head]--;
        }
        if (entries[head] <= 0) {
            head = (head + 1) & (entries.length - 1);
            size--;
        }
    }

    void clear() {
        specials.clear();
        head = 0;
        size = 0;
    }
}
