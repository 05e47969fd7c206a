package io.godwit.proxy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.ReconnectSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param id tells this proxy from all others, over its restarts too if it is to be told apart in dashboards; by
 *     default a new one at every start
 * @param bindAddress where clients are served
 * @param certificate the operator's own certificate for clients, with {@code key}; by default one from Godwit's CA
 * @param holdLimit how long a session waits for a server that does not answer, or is restarting
 * @param fenceLimit how long it waits for one that answers and refuses the proxy's login: a fenced one, while a move whose
 *     hold has run out is between fence and commit
 * @param stopLimit how long sessions may take to finish when the proxy stops
 * @param pool how the sessions of each PostgreSQL database share server connections
 * @param serverConnectionsPerDatabase that this proxy has to a server of each pooled database, at most
 * @param poolWait how long an exchange waits for one of them
 * @param pools what is different for single databases
 * @param threads event loops; 0 for one per processor
 */
@ConfigurationProperties("godwit.proxy")
record ProxyProperties(
        @Nullable String id,
        @DefaultValue("127.0.0.1") String bindAddress,
        @DefaultValue Postgresql postgresql,
        @DefaultValue Redis redis,
        @Nullable Path certificate,
        @Nullable Path key,
        @DefaultValue("10s") Duration authenticationTimeout,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("60s") Duration holdLimit,
        @DefaultValue("5m") Duration fenceLimit,
        @DefaultValue("20s") Duration stopLimit,
        @DefaultValue("10000") int maxSessions,
        @DefaultValue("1000") int maxSessionsPerDatabase,
        @DefaultValue("none") Pooling.Mode pool,
        @DefaultValue("20") int serverConnectionsPerDatabase,
        @DefaultValue("5s") Duration poolWait,
        @DefaultValue List<Pool> pools,
        @DefaultValue("0") int threads) {

    ProxyProperties {
        if (id == null || id.isBlank()) {
            id = "proxy-" + UUID.randomUUID();
        }
        Set<DatabaseId> named = new HashSet<>();
        Pooling usual = pooling("godwit.proxy", pool, serverConnectionsPerDatabase, poolWait);
        for (Pool one : pools) {
            DatabaseId database = one.databaseId();
            if (!named.add(database)) {
                throw new IllegalArgumentException(
                        "godwit.proxy.pools names database '" + database + "' twice; expected each at most once");
            }
            one.over(usual);
        }
    }

    Pooling poolingOf(DatabaseId databaseId) {
        Pooling usual = pooling("godwit.proxy", pool, serverConnectionsPerDatabase, poolWait);
        return pools.stream()
                .filter(one -> one.databaseId().equals(databaseId))
                .findFirst()
                .map(one -> one.over(usual))
                .orElse(usual);
    }

    private static Pooling pooling(String where, Pooling.Mode mode, int connections, Duration wait) {
        try {
            return new Pooling(mode, connections, wait);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
        }
    }

    ReconnectSettings reconnecting() {
        return ReconnectSettings.withLimits(holdLimit, fenceLimit);
    }

    /**
     * A database that is pooled in another way than the others; what is null is as for those.
     *
     * @param database as {@code tenant/name}
     */
    record Pool(
            @Nullable String database,
            Pooling.@Nullable Mode pool,
            @Nullable Integer serverConnections,
            @Nullable Duration poolWait) {

        DatabaseId databaseId() {
            if (database == null) {
                throw new IllegalArgumentException("godwit.proxy.pools has an entry without database; expected"
                        + " database: tenant/name in each");
            }
            try {
                return DatabaseId.parse(database);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("godwit.proxy.pools: " + e.getMessage(), e);
            }
        }

        Pooling over(Pooling usual) {
            return pooling(
                    "godwit.proxy.pools of database '" + database + "'",
                    pool == null ? usual.mode() : pool,
                    serverConnections == null ? usual.serverConnections() : serverConnections,
                    poolWait == null ? usual.waitLimit() : poolWait);
        }
    }

    /** @param port by default the engine's, see {@link EngineId#proxyPort()} */
    record Postgresql(@DefaultValue("15432") int port) {}

    /** @param port by default the engine's, see {@link EngineId#proxyPort()} */
    record Redis(@DefaultValue("16379") int port) {}
}
