package io.godwit.replication.engine.redis;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.redis.RedisConnections;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An administrator's session with what the engine asks of a server in words of its own. Safe for use by several threads. */
final class RedisSession implements AutoCloseable {
    private static final ByteArrayCodec CODEC = ByteArrayCodec.INSTANCE;

    private final RedisConnections connections;
    private final ServerAccess server;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private @Nullable StatefulRedisConnection<byte[], byte[]> unanswered;

    /** @throws io.lettuce.core.RedisException if the server can't be reached */
    RedisSession(RedisConnections connections, ServerAccess server) {
        this.connections = connections;
        this.server = server;
        this.connection = connections.openAdmin(server);
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    RedisCommands<byte[], byte[]> commands() {
        return connection.sync();
    }

    /** What is asked here is carried out in the order of asking. */
    RedisAsyncCommands<byte[], byte[]> pipeline() {
        return connection.async();
    }

    /**
     * Sends what is asked in the pipeline meanwhile as one: thousands of questions, each sent for itself, take longer than
     * the answers. What others ask in this session travels along, so nothing may be waited for.
     */
    <T> T together(Supplier<T> asking) {
        connection.setAutoFlushCommands(false);
        try {
            return asking.get();
        } finally {
            connection.setAutoFlushCommands(true);
            connection.flushCommands();
        }
    }

    RedisInfo info(String section) {
        return RedisInfo.parse(commands().info(section));
    }

    RedisState state() {
        return RedisState.of(info("replication"));
    }

    /** @throws io.lettuce.core.RedisException if the server does not answer in time */
    RedisState stateWithin(Duration limit) throws InterruptedException {
        return RedisState.of(RedisInfo.parse(RedisAwait.answer(pipeline().info("replication"), limit)));
    }

    /** @return empty if the server has no such setting */
    String setting(String name) {
        return commands().configGet(name).getOrDefault(name, "");
    }

    /** All or none. */
    void set(Map<String, String> settings) {
        commands().configSet(settings);
    }

    /** Begins to hand the role of the master over; its progress shows in {@link #state}. */
    RedisFuture<String> beginFailover(RedisState.Replica to, Duration timeout) {
        return ask(
                Keyword.FAILOVER,
                "TO",
                to.host(),
                Integer.toString(to.port()),
                "TIMEOUT",
                Long.toString(Math.max(1, timeout.toMillis())));
    }

    /** The server refuses it where no failover is under way. */
    RedisFuture<String> abortFailover() {
        return ask(Keyword.FAILOVER, "ABORT");
    }

    /**
     * Has the replica tell its master at once how far it is; by itself it does so once a second. As this command has no
     * answer, it takes a connection on which nothing else is asked.
     */
    void requestAcknowledgement() {
        CommandArgs<byte[], byte[]> arguments = arguments("GETACK", "*");
        var _ = unanswered().async().dispatch(Keyword.REPLCONF, new StatusOutput<>(CODEC), arguments);
    }

    /** Opens ahead what {@link #requestAcknowledgement} needs. */
    synchronized StatefulRedisConnection<byte[], byte[]> unanswered() {
        StatefulRedisConnection<byte[], byte[]> open = unanswered;
        if (open == null || !open.isOpen()) {
            open = connections.openAdmin(server);
            unanswered = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        connection.close();
        if (unanswered != null) {
            unanswered.close();
        }
    }

    private RedisFuture<String> ask(ProtocolKeyword command, String... words) {
        return pipeline().dispatch(command, new StatusOutput<>(CODEC), arguments(words));
    }

    private static CommandArgs<byte[], byte[]> arguments(String... words) {
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(CODEC);
        for (String word : words) {
            arguments.add(word);
        }
        return arguments;
    }

    /** A command that the client library does not know. */
    private record Keyword(String word) implements ProtocolKeyword {
        static final Keyword FAILOVER = new Keyword("FAILOVER");
        static final Keyword REPLCONF = new Keyword("REPLCONF");

        @Override
        public byte[] getBytes() {
            return word.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
