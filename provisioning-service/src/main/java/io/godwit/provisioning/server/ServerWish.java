package io.godwit.provisioning.server;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import org.jspecify.annotations.Nullable;

/**
 * What kind of server a database is to live on.
 *
 * @param region null takes the region of the named server
 * @param serverId a certain server; null for any that fits
 * @param home the server on which the database lives now, which is never chosen; null if it lives nowhere yet
 */
public record ServerWish(
        DatabaseId database,
        EngineId engine,
        Tier tier,
        @Nullable String region,
        @Nullable String serverId,
        @Nullable String home) {}
