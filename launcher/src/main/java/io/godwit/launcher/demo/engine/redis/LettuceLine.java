package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import io.lettuce.core.Consumer;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection of Lettuce. Between {@code MULTI} and {@code EXEC} the driver itself takes each {@code QUEUED}. */
final class LettuceLine implements RedisLine {
    private static final double MILLIS = 1000;
    private static final String INVALIDATE = "invalidate";

    private final StatefulRedisConnection<String, String> connection;
    private final RedisAsyncCommands<String, String> commands;

    private LettuceLine(StatefulRedisConnection<String, String> connection) {
        this.connection = connection;
        this.commands = connection.async();
    }

    static LettuceLine open(DatabaseConnection database, RedisLogin login) {
        try {
            return new LettuceLine(
                    LettuceClients.of(login).connect(StringCodec.UTF8, LettuceClients.uri(database, login)));
        } catch (RedisException e) {
            throw new DemoDatabaseException("open a session as " + database, e);
        }
    }

    /** Opens a connection on which the server keeps {@code cache} right. */
    static LettuceLine openTracking(DatabaseConnection database, RedisLogin login, ClientCache cache) {
        LettuceLine line = open(database, login);
        line.connection.addListener(message -> {
            if (message.getType().equals(INVALIDATE)) {
                cache.invalidate((List<?>)
                        message.getContent(StringCodec.UTF8::decodeKey).getLast());
            }
        });
        line.connection.sync().clientTracking(TrackingArgs.Builder.enabled());
        return line;
    }

    @Override
    public @Nullable Object call(RedisCommand command) throws ExchangeFailed {
        return send(command).reply();
    }

    @Override
    public List<@Nullable Object> pipeline(List<RedisCommand> wanted) throws ExchangeFailed {
        connection.setAutoFlushCommands(false);
        List<Sent> sent = new ArrayList<>();
        try {
            for (RedisCommand command : wanted) {
                sent.add(send(command));
            }
            connection.flushCommands();
        } finally {
            connection.setAutoFlushCommands(true);
        }
        List<@Nullable Object> replies = new ArrayList<>();
        for (Sent command : sent) {
            replies.add(command.reply());
        }
        return replies;
    }

    @Override
    public @Nullable List<@Nullable Object> transaction(List<RedisCommand> wanted) throws ExchangeFailed {
        reply(commands.multi());
        wanted.forEach(this::send);
        TransactionResult result = reply(commands.exec());
        return result == null || result.wasDiscarded() ? null : list(result);
    }

    @Override
    public void discarded(List<RedisCommand> wanted) throws ExchangeFailed {
        reply(commands.multi());
        wanted.forEach(this::send);
        reply(commands.discard());
    }

    @Override
    public @Nullable String pop(String queue, Duration within) throws ExchangeFailed {
        KeyValue<String, String> element = reply(commands.brpop(within.toMillis() / MILLIS, queue));
        return element == null ? null : element.getValueOrElse(null);
    }

    @Override
    @SuppressWarnings("unchecked") // a generic array of the driver's
    public @Nullable String read(String stream, Duration within) throws ExchangeFailed {
        List<StreamMessage<String, String>> messages = reply(commands.xreadgroup(
                Consumer.from(MessageKeys.GROUP, MessageKeys.MEMBER),
                XReadArgs.Builder.count(1).block(within),
                StreamOffset.lastConsumed(stream)));
        if (messages == null || messages.isEmpty()) {
            return null;
        }
        StreamMessage<String, String> message = messages.getFirst();
        reply(commands.xack(stream, MessageKeys.GROUP, message.getId()));
        return message.getBody().get(MessageKeys.FIELD);
    }

    private Sent send(RedisCommand command) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
        command.arguments().forEach(arguments::add);
        ReplyOutput output = new ReplyOutput();
        return new Sent(commands.dispatch(CommandType.valueOf(command.name()), output, arguments), output);
    }

    private <T> @Nullable T reply(RedisFuture<T> future) throws ExchangeFailed {
        try {
            return future.get(RedisTimeouts.REPLY.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // Everything but an error that the server answered is the connection's.
            boolean lost = !(e.getCause() instanceof RedisCommandExecutionException);
            throw new ExchangeFailed(String.valueOf(e.getCause()), lost, e);
        } catch (TimeoutException e) {
            throw new ExchangeFailed("no reply within " + RedisTimeouts.REPLY.toSeconds() + " s", true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExchangeFailed("interrupted", true, e);
        }
    }

    /** An error in the place of a reply, as EXEC may have it, is a failure of the whole. */
    private static List<@Nullable Object> list(TransactionResult result) throws ExchangeFailed {
        List<@Nullable Object> replies = new ArrayList<>();
        for (Object reply : result) {
            if (reply instanceof Throwable error) {
                throw new ExchangeFailed(String.valueOf(error.getMessage()), false, error);
            }
            replies.add(reply);
        }
        return replies;
    }

    @Override
    public void close() {
        connection.close();
    }

    /** A command under way. */
    private final class Sent {
        private final RedisFuture<?> future;
        private final ReplyOutput output;

        private Sent(RedisFuture<?> future, ReplyOutput output) {
            this.future = future;
            this.output = output;
        }

        @Nullable
        Object reply() throws ExchangeFailed {
            // The driver gives EXEC an output of its own.
            if (LettuceLine.this.reply(future) instanceof TransactionResult result) {
                return result.wasDiscarded() ? null : list(result);
            }
            return output.reply();
        }
    }
}
