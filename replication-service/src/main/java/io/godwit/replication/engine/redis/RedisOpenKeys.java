package io.godwit.replication.engine.redis;

import io.godwit.replication.engine.ChangeStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys of one logical database that differed at first sight, because writes go on. They are looked at in groups so small
 * that little time passes between the two servers: within a few milliseconds even a key that is written all the time
 * stands still now and then.
 */
final class RedisOpenKeys {
    /** More are not kept, but settled first. */
    static final int KEPT_MAX = 1000;

    private static final int GROUP_MAX = 32;
    private static final long GROUP_BYTES = 256 * 1024;

    /** Afterwards a key that was seen to change is left for the fence. */
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(2);

    /** What a key that stands still needs is time. */
    private static final Duration STILL_PAUSE = Duration.ofMillis(100);

    private final ChangeStream stream;
    private final int database;
    private final RedisSession source;
    private final RedisSession target;
    private final RedisFlush flush;
    private final RedisVerifiedKeys verified;
    private final List<RedisOpenKey> open = new ArrayList<>();

    /** @param source a session in which the logical database is chosen, as it is in {@code target} */
    RedisOpenKeys(
            ChangeStream stream,
            int database,
            RedisSession source,
            RedisSession target,
            RedisFlush flush,
            RedisVerifiedKeys verified) {
        this.stream = stream;
        this.database = database;
        this.source = source;
        this.target = target;
        this.flush = flush;
        this.verified = verified;
    }

    void add(RedisOpenKey key) throws Exception {
        open.add(key);
        if (open.size() >= KEPT_MAX) {
            settle();
        }
    }

    /**
     * Returns when each was found to be the same or is left for the fence.
     *
     * @throws io.godwit.replication.engine.ReplicationException {@code VERIFICATION_FAILED} or {@code TOO_MANY_CHANGES}
     */
    void settle() throws Exception {
        long begun = System.nanoTime();
        while (!open.isEmpty()) {
            boolean late = System.nanoTime() - begun > SETTLED_WITHIN.toNanos();
            for (List<RedisOpenKey> group : groups()) {
                look(group, late);
            }
            if (!open.isEmpty()) {
                Thread.sleep(open.stream().allMatch(RedisOpenKey::isStill) ? STILL_PAUSE : PAUSE);
            }
        }
    }

    private void look(List<RedisOpenKey> group, boolean late) throws Exception {
        List<RedisReading> readings =
                RedisReading.of(source, group.stream().map(RedisOpenKey::key).toList());
        List<String> before = RedisDigests.of(source, readings);
        flush.awaitArrival(stream, source.state().position());
        List<String> there = RedisDigests.of(target, readings);
        List<String> after = RedisDigests.of(source, readings);
        long now = System.nanoTime();
        for (int i = 0; i < group.size(); i++) {
            RedisOpenKey key = group.get(i);
            switch (key.see(readings.get(i), before.get(i), there.get(i), after.get(i), now, late)) {
                case OPEN -> {}
                case SAME -> {
                    open.remove(key);
                    if (key.counts()) {
                        verified.addRechecked(database, key.key(), there.get(i));
                    }
                }
                case DIFFERS -> throw RedisPendingKeys.differs(RedisKeyNames.describe(database, key.key()));
                case RESTLESS -> {
                    open.remove(key);
                    verified.addPending(new RedisPendingKeys.Pending(database, key.key()), key.bytes(), key.counts());
                }
            }
        }
    }

    private List<List<RedisOpenKey>> groups() {
        List<List<RedisOpenKey>> groups = new ArrayList<>();
        List<RedisOpenKey> group = new ArrayList<>();
        long bytes = 0;
        for (RedisOpenKey key : open) {
            if (!group.isEmpty() && (group.size() == GROUP_MAX || bytes + key.bytes() > GROUP_BYTES)) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = 0;
            }
            group.add(key);
            bytes += key.bytes();
        }
        groups.add(group);
        return groups;
    }
}
