package io.godwit.proxy;

import io.godwit.engines.EngineId;
import io.godwit.proxy.protocol.ReconnectSettings;
import java.nio.file.Path;
import java.time.Duration;
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
        @DefaultValue("0") int threads) {

    ProxyProperties {
        if (id == null || id.isBlank()) {
            id = "proxy-" + UUID.randomUUID();
        }
    }

    ReconnectSettings reconnecting() {
        return ReconnectSettings.withLimits(holdLimit, fenceLimit);
    }

    /** @param port by default the engine's, see {@link EngineId#proxyPort()} */
    record Postgresql(@DefaultValue("15432") int port) {}

    /** @param port by default the engine's, see {@link EngineId#proxyPort()} */
    record Redis(@DefaultValue("16379") int port) {}
}
