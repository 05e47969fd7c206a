package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A subscriber of Lettuce. */
final class LettuceChannel implements MessageReceiver {
    private final StatefulRedisPubSubConnection<String, String> connection;
    private final Inbox inbox = new Inbox();

    private LettuceChannel(StatefulRedisPubSubConnection<String, String> connection) {
        this.connection = connection;
    }

    static LettuceChannel open(DatabaseConnection database, RedisLogin login, Subscription subscription) {
        try {
            LettuceChannel channel = new LettuceChannel(
                    LettuceClients.of(login).connectPubSub(StringCodec.UTF8, LettuceClients.uri(database, login)));
            channel.subscribe(subscription);
            return channel;
        } catch (RedisException e) {
            throw new DemoDatabaseException("subscribe as " + database, e);
        }
    }

    private void subscribe(Subscription subscription) {
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                inbox.add(message);
            }

            @Override
            public void message(String pattern, String channel, String message) {
                inbox.add(message);
            }
        });
        connection.addListener(new RedisConnectionStateAdapter() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> closed) {
                inbox.end();
            }
        });
        if (subscription.pattern()) {
            connection.sync().psubscribe(subscription.channel());
        } else {
            connection.sync().subscribe(subscription.channel());
        }
    }

    @Override
    public @Nullable String receive(Duration within) throws ExchangeFailed {
        return inbox.next(within);
    }

    @Override
    public void close() {
        connection.close();
    }
}
