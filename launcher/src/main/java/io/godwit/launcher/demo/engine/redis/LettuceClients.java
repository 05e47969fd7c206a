package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;

/** Lettuce's clients, one for each protocol version. They last as long as the process; their threads are daemons. */
final class LettuceClients {
    private static final int THREADS = 2;
    private static final ClientResources RESOURCES = DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .build();
    private static final RedisClient RESP2 = client(ProtocolVersion.RESP2);
    private static final RedisClient RESP3 = client(ProtocolVersion.RESP3);

    private LettuceClients() {}

    static RedisClient of(RedisLogin login) {
        return login.resp3() ? RESP3 : RESP2;
    }

    static RedisURI uri(DatabaseConnection database, RedisLogin login) {
        return RedisURI.Builder.redis(database.host(), database.port())
                .withAuthentication(database.user(), database.password().toCharArray())
                .withDatabase(login.database())
                .withClientName(login.name())
                .withTimeout(RedisTimeouts.REPLY)
                .build();
    }

    /** A connection that is gone stays gone: the demo counts that as a failure. */
    private static RedisClient client(ProtocolVersion version) {
        RedisClient client = RedisClient.create(RESOURCES);
        client.setOptions(ClientOptions.builder()
                .protocolVersion(version)
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(RedisTimeouts.CONNECT)
                        .build())
                .build());
        return client;
    }
}
