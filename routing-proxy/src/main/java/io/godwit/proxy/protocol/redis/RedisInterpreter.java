package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.godwit.proxy.protocol.redis.RedisClientState.ReplyMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for each command that concerns the proxy, what the server gets to see and what is made of its reply. Where the
 * proxy answers itself, the server gets a command that does nothing, so that all replies stay in order. Confined to the
 * session's event loop.
 */
final class RedisInterpreter {
    private static final List<byte[]> PING = List.of(RedisMessages.text("PING"));

    /** No server knows it: a transaction in which it is sent is aborted, as by the command that was refused. */
    private static final List<byte[]> UNKNOWN = List.of(RedisMessages.text("GODWIT.REFUSED"));

    private static final String LOGIN_FIRST = "NOAUTH Authentication required.";
    static final String HELLO_LOGIN_FIRST = "NOAUTH HELLO must be called with the client already authenticated,"
            + " otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select"
            + " the RESP protocol version at the same time";

    private final RedisClientState client;
    private final RedisClientCommand clientCommand;
    private final RedisTransactionCommands transactions;
    private final RedisCredentials credentials;
    private final Server server;

    /** Where commands go. */
    interface Server {
        /** @param awaited null for one reply that just passes */
        void send(List<byte[]> arguments, @Nullable RedisAwaited awaited);

        /** The command has been, or is being, sent: only its reply is to be awaited. */
        void await(@Nullable RedisAwaited awaited);

        /** Sends a command that may wait for long. */
        void block(RedisBlockedCommand command, List<byte[]> arguments, RedisAwaited awaited);

        /** Logs in on the connection again, unheard by the client. */
        void logInAgain();

        /** The client takes leave. */
        void onQuit();

        void onScriptLoaded(byte[] script);
    }

    RedisInterpreter(RedisClientState client, RedisCredentials credentials, Server server) {
        this.client = client;
        this.clientCommand = new RedisClientCommand(client, this);
        this.transactions = new RedisTransactionCommands(client, this);
        this.credentials = credentials;
        this.server = server;
    }

    /** A command that just passes is being sent. */
    void onPassed() {
        client.setCachingNext(false);
        if (client.inTransaction() && client.watchLost()) {
            await(RedisAwaited.reply(type -> {
                noteFailure(type);
                return null;
            }));
        } else {
            await(null);
        }
    }

    /** A command to be refused has been left out. */
    void onRefused(RedisCommand command) {
        refuse(
                client.loggedOut()
                        ? LOGIN_FIRST
                        : "NOPERM '" + command.name().toLowerCase(Locale.ROOT)
                                + "' is not available through the routing proxy");
    }

    /** Any command, with all its arguments. */
    void onCommand(RedisCommand command, List<byte[]> arguments) {
        client.setCachingNext(false);
        if (client.loggedOut() && !mayComeBeforeLogin(command)) {
            refuse(LOGIN_FIRST);
            return;
        }
        int count = arguments.size();
        boolean inTransaction = client.inTransaction();
        switch (command.treatment()) {
            case REFUSED -> onRefused(command);
            case BLOCKING -> onBlocking(command, arguments);
            case PASSED -> pass(arguments);
            case CHANNEL -> {
                if (count > 1 && RedisMarker.concerns(text(arguments.get(1)))) {
                    onRefused(command);
                } else {
                    pass(arguments);
                }
            }
            case READ -> {
                switch (command) {
                    case MULTI -> transactions.onMulti(arguments);
                    case EXEC -> transactions.onExec(arguments);
                    case DISCARD -> transactions.onDiscard(arguments);
                    case WATCH -> transactions.onWatch(arguments);
                    case UNWATCH -> transactions.onUnwatch(arguments);
                    case SELECT -> onSelect(arguments);
                    case CLIENT -> clientCommand.onClient(arguments);
                    case SCRIPT -> onScript(arguments);
                    case ACL -> onAcl(arguments);
                    default -> {
                        if (inTransaction && command != RedisCommand.RESET && command != RedisCommand.QUIT) {
                            refuseInTransaction(command);
                        } else {
                            onConnection(command, arguments);
                        }
                    }
                }
            }
        }
    }

    private static boolean mayComeBeforeLogin(RedisCommand command) {
        return switch (command) {
            case AUTH, HELLO, RESET, QUIT -> true;
            default -> false;
        };
    }

    private void refuseInTransaction(RedisCommand command) {
        refuse("ERR " + command.name() + " is not allowed in transactions through the routing proxy");
    }

    private void onConnection(RedisCommand command, List<byte[]> arguments) {
        switch (command) {
            case AUTH -> onAuth(arguments);
            case HELLO -> onHello(arguments);
            case RESET -> onReset(arguments);
            case QUIT -> {
                server.send(arguments, heardOf(RedisAwaited.farewell()));
                server.onQuit();
            }
            case MONITOR ->
                send(arguments, RedisAwaited.reply(type -> {
                    if (type == '+') {
                        client.monitor();
                    }
                    return null;
                }));
            default -> onSubscription(arguments);
        }
    }

    private void onSubscription(List<byte[]> arguments) {
        String kind = text(arguments.getFirst()).toLowerCase(Locale.ROOT);
        if (arguments.size() == 1 && !kind.contains("unsub")) {
            pass(arguments);
            return;
        }
        if (arguments.stream().skip(1).anyMatch(channel -> RedisMarker.concerns(text(channel)))) {
            refuse("NOPERM channels that begin with " + RedisMarker.PREFIX + " are the routing proxy's own");
            return;
        }
        endSkip();
        server.send(arguments, RedisAwaited.confirmations(kind, arguments.size() - 1));
    }

    private void onSelect(List<byte[]> arguments) {
        int database = arguments.size() == 2 ? number(text(arguments.get(1))) : -1;
        if (database < 0) {
            pass(arguments);
        } else {
            sendWithEffect(arguments, () -> client.select(database));
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void onScript(List<byte[]> arguments) {
        if (arguments.size() == 3 && text(arguments.get(1)).equalsIgnoreCase("LOAD")) {
            sendWithEffect(arguments, () -> server.onScriptLoaded(arguments.get(2)));
        } else {
            pass(arguments);
        }
    }

    private void onAcl(List<byte[]> arguments) {
        if (arguments.size() == 2 && text(arguments.get(1)).equalsIgnoreCase("WHOAMI")) {
            pass(arguments);
        } else {
            onRefused(RedisCommand.ACL);
        }
    }

    private void onBlocking(RedisCommand command, List<byte[]> arguments) {
        RedisBlockedCommand blocked =
                client.inTransaction() ? null : RedisBlockedCommand.of(command, arguments, System.nanoTime());
        if (blocked == null) {
            pass(arguments);
        } else {
            server.block(blocked, arguments, heardOf(RedisAwaited.blocked()));
        }
    }

    private void onAuth(List<byte[]> arguments) {
        if (arguments.size() == 2) {
            refuse(RedisCredentials.USER_NEEDED);
        } else if (arguments.size() != 3) {
            refuse("ERR wrong number of arguments for 'auth' command");
        } else if (credentials.fit(text(arguments.get(1)), text(arguments.get(2)))) {
            client.logIn();
            send(PING, RedisAwaited.replaced(type -> RedisMessages.ok()));
        } else {
            refuse(RedisCredentials.WRONG);
        }
    }

    private void onHello(List<byte[]> arguments) {
        RedisHello hello = RedisHello.parse(arguments);
        if (hello.user() != null && hello.password() != null) {
            if (!credentials.fit(hello.user(), hello.password())) {
                refuse(RedisCredentials.WRONG);
                return;
            }
            client.logIn();
        }
        if (client.loggedOut()) {
            refuse(HELLO_LOGIN_FIRST);
            return;
        }
        send(hello.withoutLogin(), RedisAwaited.reply(type -> {
            if (type != '-') {
                if (hello.version() > 0) {
                    client.setProtocolVersion(hello.version());
                }
                if (hello.name() != null) {
                    client.setName(hello.name());
                }
            }
            return null;
        }));
    }

    private void onReset(List<byte[]> arguments) {
        if (arguments.size() > 1) {
            pass(arguments);
            return;
        }
        client.onResetSent();
        server.send(arguments, RedisAwaited.reply(type -> {
            client.onReset();
            return null;
        }));
        server.logInAgain();
    }

    // Ways of sending.

    /** Sends the command; its reply just passes. */
    void pass(List<byte[]> arguments) {
        boolean noted = client.inTransaction() && client.watchLost();
        send(
                arguments,
                noted
                        ? RedisAwaited.reply(type -> {
                            noteFailure(type);
                            return null;
                        })
                        : null);
    }

    /** Sends the command; when it has succeeded, perhaps as part of a transaction, the effect is noted. */
    void sendWithEffect(List<byte[]> arguments, Runnable effect) {
        boolean queued = client.inTransaction();
        send(arguments, RedisAwaited.reply(type -> {
            if (queued) {
                noteFailure(type);
            }
            if (type != '-') {
                if (queued) {
                    client.queue(effect);
                } else {
                    effect.run();
                }
            }
            return null;
        }));
    }

    private void noteFailure(byte type) {
        if (type == '-') {
            client.failTransaction();
        }
    }

    /** The client gets that error; a transaction is aborted, as it is by Redis' own refusals. */
    void refuse(String error) {
        byte[] answer = RedisMessages.error(error);
        boolean inTransaction = client.inTransaction();
        send(inTransaction ? UNKNOWN : PING, RedisAwaited.replaced(type -> {
            noteFailure(type);
            return answer;
        }));
    }

    /** @param awaited null for one reply that just passes */
    void send(List<byte[]> arguments, @Nullable RedisAwaited awaited) {
        server.send(arguments, heard(awaited));
    }

    private void await(@Nullable RedisAwaited awaited) {
        server.await(heard(awaited));
    }

    private @Nullable RedisAwaited heard(@Nullable RedisAwaited awaited) {
        if (awaited != null) {
            return heardOf(awaited);
        }
        boolean heard = client.replyMode() == ReplyMode.ON;
        endSkip();
        return heard ? null : RedisAwaited.UNHEARD;
    }

    private RedisAwaited heardOf(RedisAwaited awaited) {
        boolean heard = client.replyMode() == ReplyMode.ON;
        endSkip();
        return heard ? awaited : awaited.unheard();
    }

    private void endSkip() {
        if (client.replyMode() == ReplyMode.SKIP) {
            client.setReplyMode(ReplyMode.ON);
        }
    }

    static String text(byte[] argument) {
        return new String(argument, ISO_8859_1);
    }

    static List<byte[]> command(String... words) {
        List<byte[]> arguments = new ArrayList<>();
        for (String word : words) {
            arguments.add(word.getBytes(ISO_8859_1));
        }
        return arguments;
    }
}
