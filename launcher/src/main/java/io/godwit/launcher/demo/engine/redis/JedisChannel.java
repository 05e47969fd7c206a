package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/** A subscriber of Jedis; a thread of its own reads from the connection all the time. */
final class JedisChannel implements MessageReceiver {
    private final Jedis jedis;
    private final Inbox inbox = new Inbox();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final JedisPubSub listener = new Listener();

    private JedisChannel(Jedis jedis) {
        this.jedis = jedis;
    }

    static JedisChannel open(DatabaseConnection database, RedisLogin login, Subscription subscription) {
        JedisChannel channel = new JedisChannel(JedisLine.connect(database, login));
        Thread.ofVirtual().name("godwit-demo-subscriber").start(() -> channel.listen(subscription));
        try {
            if (!channel.subscribed.await(RedisTimeouts.CONNECT.toSeconds(), TimeUnit.SECONDS)) {
                channel.jedis.close();
                throw new DemoDatabaseException(
                        "subscribe as " + database,
                        new TimeoutException("not confirmed within " + RedisTimeouts.CONNECT.toSeconds() + " s"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            channel.jedis.close();
            throw new DemoDatabaseException("subscribe as " + database, e);
        }
        return channel;
    }

    private void listen(Subscription subscription) {
        try {
            if (subscription.pattern()) {
                jedis.psubscribe(listener, subscription.channel());
            } else {
                jedis.subscribe(listener, subscription.channel());
            }
        } catch (JedisException e) {
            // Told by the end of the inbox.
            return;
        } finally {
            inbox.end();
        }
    }

    @Override
    public @Nullable String receive(Duration within) throws ExchangeFailed {
        return inbox.next(within);
    }

    @Override
    public void close() {
        jedis.close();
    }

    private final class Listener extends JedisPubSub {
        @Override
        public void onSubscribe(String channel, int count) {
            subscribed.countDown();
        }

        @Override
        public void onPSubscribe(String pattern, int count) {
            subscribed.countDown();
        }

        @Override
        public void onMessage(String channel, String message) {
            inbox.add(message);
        }

        @Override
        public void onPMessage(String pattern, String channel, String message) {
            inbox.add(message);
        }
    }
}
