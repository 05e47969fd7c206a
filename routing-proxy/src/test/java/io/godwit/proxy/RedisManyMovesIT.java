package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Eventually;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;

/**
 * Clients of every habit go through one move after the other. Each counts on its own key; afterwards the key says what
 * was acknowledged, no more and no less.
 */
class RedisManyMovesIT {
    private static final int MOVES = 10;
    private static final int DEPTH = 100;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong acknowledged = new AtomicLong();

    /** One round of a client's work. */
    private interface Round {
        /** @return how many increments were acknowledged, the last of them with the given number */
        int run(long before) throws Exception;
    }

    @Test
    void whatIsAcknowledgedIsDoneOnceWhateverTheClientDoes() throws Exception {
        RedisClient lettuce = RedisClient.create();
        try (TwoRedisServers servers = new TwoRedisServers();
                RedisWire wire = servers.connect(3);
                Jedis plain = jedis(servers, RedisProtocol.RESP2);
                Jedis pipelined = jedis(servers, RedisProtocol.RESP3);
                Jedis transactional = jedis(servers, RedisProtocol.RESP3);
                StatefulRedisConnection<String, String> shared = lettuce.connect(uri(servers));
                StatefulRedisConnection<String, String> deep = lettuce.connect(uri(servers))) {
            List<ClientCall<Long>> clients = new ArrayList<>();
            clients.add(start(before -> {
                wire.raw(RedisWire.command("INCR", "wire").repeat(DEPTH));
                for (int i = 1; i <= DEPTH; i++) {
                    assertThat(wire.reply()).isEqualTo(":" + (before + i) + "\r\n");
                }
                return DEPTH;
            }));
            clients.add(start(before -> {
                assertThat(plain.incr("plain")).isEqualTo(before + 1);
                return 1;
            }));
            clients.add(start(before -> pipeline(pipelined, before)));
            clients.add(start(before -> {
                try (Transaction transaction = transactional.multi()) {
                    Response<Long> first = transaction.incr("transactional");
                    transaction.incr("transactional");
                    transaction.exec();
                    assertThat(first.get()).isEqualTo(before + 1);
                }
                return 2;
            }));
            clients.add(start(before -> {
                assertThat(shared.sync().incr("shared")).isEqualTo(before + 1);
                return 1;
            }));
            clients.add(start(before -> burst(deep.async(), before)));
            for (int move = 0; move < MOVES; move++) {
                long sofar = acknowledged.get();
                Eventually.await("clients work between moves", LIMIT, () -> acknowledged.get() > sofar + 10L * DEPTH);
                servers.move();
            }
            over.set(true);
            List<String> names = List.of("wire", "plain", "pipelined", "transactional", "shared", "deep");
            // All of them before any is used to look.
            List<Long> counts = new ArrayList<>();
            for (ClientCall<Long> client : clients) {
                counts.add(client.get());
            }
            for (int i = 0; i < names.size(); i++) {
                assertThat(counts.get(i)).isPositive();
                assertThat(plain.get(names.get(i))).as(names.get(i)).isEqualTo(Long.toString(counts.get(i)));
            }
        } finally {
            lettuce.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private ClientCall<Long> start(Round round) {
        return ClientCall.start(() -> {
            long count = 0;
            while (!over.get()) {
                int more = round.run(count);
                count += more;
                acknowledged.addAndGet(more);
            }
            return count;
        });
    }

    private static int pipeline(Jedis jedis, long before) {
        List<Response<Long>> answers = new ArrayList<>();
        try (Pipeline pipeline = jedis.pipelined()) {
            for (int i = 0; i < DEPTH; i++) {
                answers.add(pipeline.incr("pipelined"));
            }
        }
        for (int i = 0; i < DEPTH; i++) {
            assertThat(answers.get(i).get()).isEqualTo(before + i + 1);
        }
        return DEPTH;
    }

    private static int burst(RedisAsyncCommands<String, String> commands, long before) throws Exception {
        List<RedisFuture<Long>> answers = new ArrayList<>();
        for (int i = 0; i < DEPTH; i++) {
            answers.add(commands.incr("deep"));
        }
        for (int i = 0; i < DEPTH; i++) {
            assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(before + i + 1);
        }
        return DEPTH;
    }

    private static Jedis jedis(TwoRedisServers servers, RedisProtocol protocol) {
        return new Jedis(
                new HostAndPort("127.0.0.1", servers.proxy().port()),
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .user(TwoRedisServers.ORDERS.clientName())
                        .password(TestProxy.PASSWORD)
                        .socketTimeoutMillis(20_000)
                        .build());
    }

    private static RedisURI uri(TwoRedisServers servers) {
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(servers.proxy().port())
                .withSsl(true)
                .withVerifyPeer(false)
                .withAuthentication(TwoRedisServers.ORDERS.clientName(), TestProxy.PASSWORD)
                .withTimeout(Duration.ofSeconds(20))
                .build();
    }
}
