package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.engine.redis.RedisStyle.Way;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import io.godwit.launcher.demo.load.MessageSession;
import java.time.Duration;
import java.util.OptionalLong;

/** A client that sends itself messages by way of a list, a stream or a channel. */
final class RedisMessageSession implements MessageSession {
    /** A receiver waits most of the time, as workers and subscribers do. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final Way way;
    private final MessageKeys keys;
    private final RedisLogin login;
    private final RedisLine sender;
    private final MessageReceiver receiver;

    private RedisMessageSession(
            Way way, MessageKeys keys, RedisLogin login, RedisLine sender, MessageReceiver receiver) {
        this.way = way;
        this.keys = keys;
        this.login = login;
        this.sender = sender;
        this.receiver = receiver;
    }

    static RedisMessageSession open(DatabaseConnection database, int client, RedisStyle style) {
        MessageKeys keys = new MessageKeys(client);
        RedisLogin login = style.login("godwit-demo-" + client);
        RedisLine sender = style.driver().open(database, login);
        try {
            if (style.way() == Way.GROUP) {
                sender.call(RedisCommand.of("XGROUP", "CREATE", keys.stream(), MessageKeys.GROUP, "0", "MKSTREAM"));
            }
            MessageReceiver receiver =
                    receiver(database, style, style.login("godwit-demo-" + client + "-receiver"), keys);
            return new RedisMessageSession(style.way(), keys, login, sender, receiver);
        } catch (ExchangeFailed e) {
            sender.close();
            throw new DemoDatabaseException("open a session as " + database, e);
        } catch (RuntimeException e) {
            sender.close();
            throw e;
        }
    }

    private static MessageReceiver receiver(
            DatabaseConnection database, RedisStyle style, RedisLogin login, MessageKeys keys) {
        return switch (style.way()) {
            case QUEUE ->
                new LineReceiver(
                        style.driver().open(database, login), (line, within) -> line.pop(keys.queue(), within));
            case GROUP ->
                new LineReceiver(
                        style.driver().open(database, login), (line, within) -> line.read(keys.stream(), within));
            case CHANNEL, PATTERN -> style.driver().subscribe(database, login, keys.subscription(style.way()));
            case PLAIN, PIPELINED, WATCHED, SCRIPTED, FUNCTION, CACHED ->
                throw new IllegalArgumentException(style + " receives no messages");
        };
    }

    @Override
    public void send(long sequence) throws ExchangeFailed {
        sender.call(keys.sending(way, sequence));
    }

    @Override
    public OptionalLong receive() throws ExchangeFailed {
        String message = receiver.receive(WAIT);
        if (message == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(keys.sequenceOf(message));
        } catch (IllegalArgumentException e) {
            throw new ExchangeFailed(String.valueOf(e.getMessage()), false, e);
        }
    }

    @Override
    public boolean settingsKept() throws ExchangeFailed {
        return login.isKeptIn(String.valueOf(sender.call(RedisCommand.of("CLIENT", "INFO"))));
    }

    @Override
    public void close() {
        receiver.close();
        sender.close();
    }
}
