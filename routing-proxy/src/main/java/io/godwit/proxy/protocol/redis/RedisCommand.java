package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The commands that concern the proxy, and {@link #OTHER} for all that just pass. {@link #find} costs a look into a
 * table and makes nothing, as it is done for every command.
 */
enum RedisCommand {
    /** Any command that is not in this list. */
    OTHER(Treatment.PASSED),
    AUTH(Treatment.READ),
    HELLO(Treatment.READ),
    RESET(Treatment.READ),
    QUIT(Treatment.READ),
    SELECT(Treatment.READ),
    CLIENT(Treatment.READ),
    SCRIPT(Treatment.READ),
    MONITOR(Treatment.READ),
    MULTI(Treatment.READ),
    EXEC(Treatment.READ),
    DISCARD(Treatment.READ),
    WATCH(Treatment.READ),
    UNWATCH(Treatment.READ),
    PUBLISH(Treatment.CHANNEL),
    SPUBLISH(Treatment.CHANNEL),
    SUBSCRIBE(Treatment.READ),
    PSUBSCRIBE(Treatment.READ),
    SSUBSCRIBE(Treatment.READ),
    UNSUBSCRIBE(Treatment.READ),
    PUNSUBSCRIBE(Treatment.READ),
    SUNSUBSCRIBE(Treatment.READ),
    BLPOP(Treatment.BLOCKING),
    BRPOP(Treatment.BLOCKING),
    BRPOPLPUSH(Treatment.BLOCKING),
    BLMOVE(Treatment.BLOCKING),
    BLMPOP(Treatment.BLOCKING),
    BZPOPMIN(Treatment.BLOCKING),
    BZPOPMAX(Treatment.BLOCKING),
    BZMPOP(Treatment.BLOCKING),
    XREAD(Treatment.BLOCKING),
    XREADGROUP(Treatment.BLOCKING),
    WAIT(Treatment.BLOCKING),
    ACL(Treatment.READ),
    CONFIG(Treatment.REFUSED),
    REPLICAOF(Treatment.REFUSED),
    SLAVEOF(Treatment.REFUSED),
    FAILOVER(Treatment.REFUSED),
    SHUTDOWN(Treatment.REFUSED),
    DEBUG(Treatment.REFUSED),
    MODULE(Treatment.REFUSED),
    CLUSTER(Treatment.REFUSED),
    MIGRATE(Treatment.REFUSED),
    SAVE(Treatment.REFUSED),
    BGSAVE(Treatment.REFUSED),
    BGREWRITEAOF(Treatment.REFUSED),
    SYNC(Treatment.REFUSED),
    PSYNC(Treatment.REFUSED),
    REPLCONF(Treatment.REFUSED);

    static final int LONGEST_NAME = 16;

    private static final int TABLE_SIZE = 256;
    private static final int HALF = 8;
    private static final RedisCommand[] TABLE = new RedisCommand[TABLE_SIZE];

    private final Treatment treatment;
    private final long high;
    private final long low;

    /** What the proxy does with a command of the kind. */
    enum Treatment {
        /** Passes it on without looking at more than its name. */
        PASSED,
        /** Reads all of it before it passes anything on. */
        READ,
        /** Reads all of it, since it may have to run again elsewhere. */
        BLOCKING,
        /** Passes it on unless its first argument is a channel of Godwit's. */
        CHANNEL,
        /** Answers it with an error. */
        REFUSED
    }

    static {
        for (RedisCommand command : values()) {
            if (command != OTHER) {
                int slot = slot(command.high, command.low);
                while (TABLE[slot] != null) {
                    slot = (slot + 1) % TABLE_SIZE;
                }
                TABLE[slot] = command;
            }
        }
    }

    RedisCommand(Treatment treatment) {
        this.treatment = treatment;
        byte[] name = name().getBytes(US_ASCII);
        this.high = packed(name, 0, Math.min(name.length, HALF));
        this.low = packed(name, HALF, name.length);
    }

    Treatment treatment() {
        return treatment;
    }

    /** @param name in any case */
    static RedisCommand find(byte[] name, int length) {
        if (length > LONGEST_NAME) {
            return OTHER;
        }
        long high = packed(name, 0, Math.min(length, HALF));
        long low = packed(name, HALF, length);
        for (int slot = slot(high, low); TABLE[slot] != null; slot = (slot + 1) % TABLE_SIZE) {
            RedisCommand command = TABLE[slot];
            if (command.high == high && command.low == low && command.name().length() == length) {
                return command;
            }
        }
        return OTHER;
    }

    private static int slot(long high, long low) {
        long mixed = (high ^ (low * 31)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 56);
    }

    private static long packed(byte[] name, int from, int to) {
        long packed = 0;
        for (int i = from; i < to; i++) {
            byte character = name[i];
            boolean lowerCase = character >= 'a' && character <= 'z';
            int upperCase = lowerCase ? character - ('a' - 'A') : character;
            packed = (packed << Byte.SIZE) | (upperCase & 0xff);
        }
        return packed;
    }
}
