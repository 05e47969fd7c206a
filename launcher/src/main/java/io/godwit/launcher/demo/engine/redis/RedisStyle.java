package io.godwit.launcher.demo.engine.redis;

import static io.godwit.launcher.demo.engine.redis.RedisDriver.JEDIS;
import static io.godwit.launcher.demo.engine.redis.RedisDriver.LETTUCE;

/** The ways in which applications use Redis; the clients are spread over them, so that few clients show many ways. */
enum RedisStyle {
    PLAIN(Way.PLAIN, JEDIS, 2, 0),
    PIPELINED(Way.PIPELINED, LETTUCE, 3, 0),
    QUEUE(Way.QUEUE, JEDIS, 2, 0),
    CHANNEL(Way.CHANNEL, LETTUCE, 3, 0),
    WATCHED(Way.WATCHED, JEDIS, 3, 3),
    SCRIPTED(Way.SCRIPTED, LETTUCE, 2, 0),
    GROUP(Way.GROUP, LETTUCE, 3, 3),
    PATTERN(Way.PATTERN, JEDIS, 2, 0),
    CACHED(Way.CACHED, LETTUCE, 3, 3),
    PIPELINED_BY_JEDIS(Way.PIPELINED, JEDIS, 2, 3),
    QUEUE_BY_LETTUCE(Way.QUEUE, LETTUCE, 3, 3),
    CHANNEL_BY_JEDIS(Way.CHANNEL, JEDIS, 3, 0),
    WATCHED_BY_LETTUCE(Way.WATCHED, LETTUCE, 2, 0),
    FUNCTION(Way.FUNCTION, JEDIS, 3, 3),
    GROUP_BY_JEDIS(Way.GROUP, JEDIS, 2, 0),
    PATTERN_BY_LETTUCE(Way.PATTERN, LETTUCE, 2, 0);

    private final Way way;
    private final RedisDriver driver;
    private final boolean resp3;
    private final int database;

    RedisStyle(Way way, RedisDriver driver, int resp, int database) {
        this.way = way;
        this.driver = driver;
        this.resp3 = resp == 3;
        this.database = database;
    }

    static RedisStyle of(int client) {
        return values()[client % values().length];
    }

    Way way() {
        return way;
    }

    RedisDriver driver() {
        return driver;
    }

    /** The logical database that the client's connections have selected. */
    int database() {
        return database;
    }

    RedisLogin login(String name) {
        return new RedisLogin(name, database, resp3);
    }

    /** What a client does with its connection. */
    enum Way {
        /** One command at a time; what belongs together in {@code MULTI} … {@code EXEC}. */
        PLAIN,
        /** Several commands, transactions too, sent before the first reply has come. */
        PIPELINED,
        /** Reads, computes and writes under {@code WATCH}, again and again until nobody came in between. */
        WATCHED,
        /** A Lua script that the server keeps, by {@code EVALSHA}. */
        SCRIPTED,
        /** A function of a library, by {@code FCALL}. */
        FUNCTION,
        /** As {@link #PLAIN}, with a cache in the client that the server keeps right, by {@code CLIENT TRACKING}. */
        CACHED,
        /** {@code LPUSH}, and a consumer that waits in {@code BRPOP}. */
        QUEUE,
        /** {@code XADD}, and a member of a consumer group that waits in {@code XREADGROUP}. */
        GROUP,
        /** {@code PUBLISH} and {@code SUBSCRIBE}. */
        CHANNEL,
        /** {@code PUBLISH} and {@code PSUBSCRIBE}. */
        PATTERN
    }
}
