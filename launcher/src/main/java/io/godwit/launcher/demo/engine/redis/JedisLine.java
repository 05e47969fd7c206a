package io.godwit.launcher.demo.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.util.KeyValue;

/** A connection of Jedis. */
final class JedisLine implements RedisLine {
    private static final double MILLIS = 1000;
    private static final RedisCommand MULTI = RedisCommand.of("MULTI");
    private static final RedisCommand EXEC = RedisCommand.of("EXEC");
    private static final RedisCommand DISCARD = RedisCommand.of("DISCARD");

    private final Jedis jedis;

    private JedisLine(Jedis jedis) {
        this.jedis = jedis;
    }

    static JedisLine open(DatabaseConnection database, RedisLogin login) {
        return new JedisLine(connect(database, login));
    }

    /** @return a connection that has logged in; the caller closes it */
    static Jedis connect(DatabaseConnection database, RedisLogin login) {
        DefaultJedisClientConfig settings = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(Math.toIntExact(RedisTimeouts.CONNECT.toMillis()))
                .socketTimeoutMillis(Math.toIntExact(RedisTimeouts.REPLY.toMillis()))
                .blockingSocketTimeoutMillis(Math.toIntExact(RedisTimeouts.REPLY.toMillis()))
                .user(database.user())
                .password(database.password())
                .clientName(login.name())
                .database(login.database())
                .protocol(login.resp3() ? RedisProtocol.RESP3 : RedisProtocol.RESP2)
                .build();
        try {
            Jedis jedis = new Jedis(new HostAndPort(database.host(), database.port()), settings);
            jedis.ping();
            return jedis;
        } catch (JedisException e) {
            throw new DemoDatabaseException("open a session as " + database, e);
        }
    }

    @Override
    public @Nullable Object call(RedisCommand command) throws ExchangeFailed {
        return asked(() -> checked(jedis.sendCommand(Protocol.Command.valueOf(command.name()), arguments(command))));
    }

    @Override
    public List<@Nullable Object> pipeline(List<RedisCommand> commands) throws ExchangeFailed {
        List<@Nullable Object> replies = new ArrayList<>();
        asked(() -> {
            try (Pipeline pipeline = jedis.pipelined()) {
                List<Response<Object>> responses = commands.stream()
                        .map(command ->
                                pipeline.sendCommand(Protocol.Command.valueOf(command.name()), arguments(command)))
                        .toList();
                pipeline.sync();
                responses.forEach(response -> replies.add(checked(response.get())));
            }
            return null;
        });
        return replies;
    }

    @Override
    public @Nullable List<@Nullable Object> transaction(List<RedisCommand> commands) throws ExchangeFailed {
        queue(commands);
        List<@Nullable Object> replies = new ArrayList<>();
        Object reply = call(EXEC);
        if (reply == null) {
            return null;
        }
        if (!(reply instanceof List<?> list)) {
            throw new ExchangeFailed("EXEC answered " + reply + "; expected a list", false, null);
        }
        replies.addAll(list);
        return replies;
    }

    @Override
    public void discarded(List<RedisCommand> commands) throws ExchangeFailed {
        queue(commands);
        call(DISCARD);
    }

    private void queue(List<RedisCommand> commands) throws ExchangeFailed {
        call(MULTI);
        try {
            for (RedisCommand command : commands) {
                Object reply = call(command);
                if (!"QUEUED".equals(reply)) {
                    throw new ExchangeFailed(command + " answered " + reply + "; expected QUEUED", false, null);
                }
            }
        } catch (ExchangeFailed e) {
            endFailedTransaction(e);
            throw e;
        }
    }

    /** So that the next exchange starts afresh; where the connection is gone, the first error is the one that tells. */
    private void endFailedTransaction(ExchangeFailed first) {
        try {
            call(DISCARD);
        } catch (ExchangeFailed e) {
            first.addSuppressed(e);
        }
    }

    @Override
    public @Nullable String pop(String queue, Duration within) throws ExchangeFailed {
        KeyValue<String, String> element = asked(() -> jedis.brpop(within.toMillis() / MILLIS, queue));
        return element == null ? null : element.getValue();
    }

    @Override
    public @Nullable String read(String stream, Duration within) throws ExchangeFailed {
        XReadGroupParams one = XReadGroupParams.xReadGroupParams().count(1).block(Math.toIntExact(within.toMillis()));
        List<Map.Entry<String, List<StreamEntry>>> streams = asked(() -> jedis.xreadGroup(
                MessageKeys.GROUP,
                MessageKeys.MEMBER,
                one,
                Map.of(stream, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY)));
        if (streams == null || streams.isEmpty()) {
            return null;
        }
        StreamEntry entry = streams.getFirst().getValue().getFirst();
        asked(() -> jedis.xack(stream, MessageKeys.GROUP, entry.getID()));
        return entry.getFields().get(MessageKeys.FIELD);
    }

    private static String[] arguments(RedisCommand command) {
        return command.arguments().toArray(String[]::new);
    }

    /** Bytes become text; an error in the place of a reply, as EXEC may have it, is thrown. */
    private static @Nullable Object checked(@Nullable Object reply) {
        return switch (reply) {
            case byte[] bytes -> new String(bytes, UTF_8);
            case JedisDataException error -> throw error;
            case List<?> list -> {
                List<@Nullable Object> checked = new ArrayList<>();
                list.forEach(element -> checked.add(checked(element)));
                yield checked;
            }
            case null, default -> reply;
        };
    }

    private static <T extends @Nullable Object> T asked(Supplier<T> question) throws ExchangeFailed {
        try {
            return question.get();
        } catch (JedisException e) {
            throw new ExchangeFailed(String.valueOf(e.getMessage()), e instanceof JedisConnectionException, e);
        }
    }

    @Override
    public void close() {
        try {
            jedis.close();
        } catch (JedisException e) {
            // Nobody uses it any more; that it broke was seen when it was used.
            return;
        }
    }
}
