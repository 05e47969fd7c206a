package io.godwit.provisioning.server;

import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.provisioning.registry.Server;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the API shows of a server.
 *
 * @param databases how many databases are on it, with those that are being prepared or removed
 */
record ServerView(
        String id,
        @Nullable String name,
        EngineId engine,
        String version,
        Tier tier,
        String region,
        String provider,
        String status,
        String host,
        int port,
        long databases,
        Instant createdAt) {
    static ServerView of(Server server, long databases) {
        return new ServerView(
                server.id(),
                server.name(),
                server.engine(),
                server.version(),
                server.tier(),
                server.region(),
                server.provider().id(),
                server.shownStatus(),
                server.access().address().host(),
                server.access().address().port(),
                databases,
                server.createdAt());
    }
}
