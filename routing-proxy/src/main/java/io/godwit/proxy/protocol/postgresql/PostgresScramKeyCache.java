package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Remembers the keys of server logins, so that a login costs the key derivation once per password, salt and iteration
 * count and not once per connection. Safe for use by all event loops.
 */
final class PostgresScramKeyCache {
    private static final int CAPACITY = 20_000;

    private final SecretSealer sealer;
    private final Executor blockingWork;
    private final Map<Key, CompletableFuture<PostgresScramKeys>> entries = new ConcurrentHashMap<>();

    private record Key(String sealedPassword, String salt, int iterations) {}

    /** @param blockingWork runs the derivation, which takes milliseconds */
    PostgresScramKeyCache(SecretSealer sealer, Executor blockingWork) {
        this.sealer = sealer;
        this.blockingWork = blockingWork;
    }

    /** @return completes on another thread, or is complete already */
    CompletableFuture<PostgresScramKeys> keys(Login login, byte[] salt, int iterations) {
        if (entries.size() >= CAPACITY) {
            // Dropping all is simple, bounded, and costs one derivation per database.
            entries.clear();
        }
        Key key = new Key(login.password().sealed(), HexFormat.of().formatHex(salt), iterations);
        CompletableFuture<PostgresScramKeys> keys = entries.computeIfAbsent(
                key,
                ignored -> CompletableFuture.supplyAsync(
                        () -> PostgresScramKeys.derive(sealer.open(login.password()), salt, iterations), blockingWork));
        if (keys.isCompletedExceptionally()) {
            entries.remove(key, keys);
        }
        return keys;
    }
}
