package io.godwit.provisioning.engine.redis;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.redis.RedisConnections;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;

/** Runs work in administrator sessions in which nothing waits for ever. */
@Component
class RedisSessions {
    private final RedisConnections connections;

    RedisSessions(RedisConnections connections) {
        this.connections = connections;
    }

    /** Work in one session. */
    @FunctionalInterface
    interface Work<T> {
        T in(RedisCommands<byte[], byte[]> commands);
    }

    /** Work in one session that has no result. */
    @FunctionalInterface
    interface Action {
        void in(RedisCommands<byte[], byte[]> commands);
    }

    <T> T call(ServerAccess server, Work<T> work) {
        try (StatefulRedisConnection<byte[], byte[]> connection = connections.openAdmin(server)) {
            return work.in(connection.sync());
        } catch (RedisException e) {
            throw RedisFailures.of(server, e);
        }
    }

    void run(ServerAccess server, Action action) {
        call(server, commands -> {
            action.in(commands);
            return true;
        });
    }

    /** Runs a command whose answer is a word, and for which the client has no method. */
    static void execute(RedisCommands<byte[], byte[]> commands, CommandType command, List<String> words) {
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        words.forEach(word -> arguments.add(word.getBytes(StandardCharsets.UTF_8)));
        commands.dispatch(command, new StatusOutput<>(ByteArrayCodec.INSTANCE), arguments);
    }
}
