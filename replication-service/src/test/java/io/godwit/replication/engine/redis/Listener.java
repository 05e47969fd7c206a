package io.godwit.replication.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.RedisServer;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An administrator's connection that listens to channels; a RESP3 one, so that nothing but pushes comes. */
final class Listener implements AutoCloseable {
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final StatefulRedisConnection<byte[], byte[]> connection;

    Listener(PlacedDatabase database, String... channels) throws InterruptedException {
        this.connection = RedisServer.connections().openAdmin(database.server());
        PushListener listener = message -> {
            if (message.getType().equals("message")) {
                received.add(new String(
                        (byte[]) message.getContent(ByteArrayCodec.INSTANCE::decodeValue)
                                .get(2),
                        UTF_8));
            }
        };
        connection.addListener(listener);
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        for (String channel : channels) {
            arguments.add(channel);
        }
        RedisFuture<?> next = connection
                .async()
                .dispatch(CommandType.SUBSCRIBE, new ArrayOutput<>(ByteArrayCodec.INSTANCE), arguments);
        // A subscription is confirmed by pushes; so the first answer is that of the next command.
        var _ = connection.async().ping();
        RedisAwait.answer(next);
    }

    List<String> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        connection.close();
    }
}
