package io.godwit.launcher.demo.engine.redis;

import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.ClientSession;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.SequencedMap;
import java.util.function.LongConsumer;

/** The demo's shop on Redis, through Jedis and Lettuce. */
public final class RedisDemoEngine implements DemoEngine {
    private static final Duration AGAIN = Duration.ofMillis(200);

    @Override
    public EngineId id() {
        return EngineId.REDIS;
    }

    @Override
    public void awaitReachable(DatabaseConnection database, Duration within) throws InterruptedException {
        Instant deadline = Instant.now().plus(within);
        while (true) {
            try {
                RedisDriver.JEDIS
                        .open(database, new RedisLogin("godwit-demo-probe", 0, false))
                        .close();
                return;
            } catch (DemoDatabaseException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw e;
                }
            }
            Thread.sleep(AGAIN);
        }
    }

    /** Clients make their own accounts when they first write. */
    @Override
    public void fill(DatabaseConnection database, long rows, int clients, LongConsumer progress)
            throws InterruptedException {
        RedisFill.run(database, rows, progress);
    }

    @Override
    public void empty(DatabaseConnection database) {
        RedisLogin login = new RedisLogin("godwit-demo-fill", 0, false);
        try (RedisLine line = RedisDriver.JEDIS.open(database, login)) {
            line.call(RedisCommand.of("FLUSHALL"));
        } catch (ExchangeFailed e) {
            throw new DemoDatabaseException("empty " + database, e);
        }
    }

    @Override
    public ClientSession openSession(DatabaseConnection database, int client) {
        RedisStyle style = RedisStyle.of(client);
        return switch (style.way()) {
            case PLAIN, PIPELINED, WATCHED, SCRIPTED, FUNCTION, CACHED ->
                RedisShopSession.open(database, client, style);
            case QUEUE, GROUP, CHANNEL, PATTERN -> RedisMessageSession.open(database, client, style);
        };
    }

    @Override
    public LedgerReader openLedger(DatabaseConnection database) {
        return RedisLedgerReader.open(database);
    }

    @Override
    public SequencedMap<String, String> fingerprint(DatabaseConnection database) {
        return RedisFingerprint.of(database);
    }
}
