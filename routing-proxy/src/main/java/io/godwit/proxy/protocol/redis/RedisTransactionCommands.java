package io.godwit.proxy.protocol.redis;

import java.util.List;

/**
 * {@code MULTI} and what belongs to it. What was watched on a server that the session has left counts as changed: the
 * server is told to discard the transaction, and the client that it was not executed.
 */
final class RedisTransactionCommands {
    private static final List<byte[]> DISCARD = List.of(RedisMessages.text("DISCARD"));

    private final RedisClientState client;
    private final RedisInterpreter interpreter;

    RedisTransactionCommands(RedisClientState client, RedisInterpreter interpreter) {
        this.client = client;
        this.interpreter = interpreter;
    }

    void onWatch(List<byte[]> arguments) {
        if (arguments.size() > 1 && !client.inTransaction()) {
            client.watch();
        }
        interpreter.pass(arguments);
    }

    void onUnwatch(List<byte[]> arguments) {
        if (arguments.size() == 1 && !client.inTransaction()) {
            client.unwatch();
        }
        interpreter.pass(arguments);
    }

    void onMulti(List<byte[]> arguments) {
        if (arguments.size() == 1 && !client.inTransaction()) {
            client.beginTransaction();
        }
        interpreter.pass(arguments);
    }

    void onExec(List<byte[]> arguments) {
        if (arguments.size() > 1 || !client.inTransaction()) {
            interpreter.pass(arguments);
            return;
        }
        boolean lost = client.watchLost();
        client.endTransaction();
        if (!lost) {
            interpreter.send(arguments, RedisAwaited.reply(type -> {
                client.onTransactionOver(type == '*');
                return null;
            }));
            return;
        }
        interpreter.send(DISCARD, RedisAwaited.replaced(type -> {
            client.onTransactionOver(false);
            return client.transactionFailed()
                    ? RedisMessages.error("EXECABORT Transaction discarded because of previous errors.")
                    : RedisMessages.nullArray(client.protocolVersion());
        }));
    }

    void onDiscard(List<byte[]> arguments) {
        if (arguments.size() > 1 || !client.inTransaction()) {
            interpreter.pass(arguments);
            return;
        }
        client.endTransaction();
        interpreter.send(arguments, RedisAwaited.reply(type -> {
            client.onTransactionOver(false);
            return null;
        }));
    }
}
