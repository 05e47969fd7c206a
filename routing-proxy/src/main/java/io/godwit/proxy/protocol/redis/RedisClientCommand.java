package io.godwit.proxy.protocol.redis;

import io.godwit.proxy.protocol.redis.RedisClientState.ReplyMode;
import java.util.List;
import java.util.Locale;

/** {@code CLIENT …}: what it says about the session is noted; what only an administrator may say is refused. */
final class RedisClientCommand {
    private final RedisClientState client;
    private final RedisInterpreter interpreter;

    RedisClientCommand(RedisClientState client, RedisInterpreter interpreter) {
        this.client = client;
        this.interpreter = interpreter;
    }

    void onClient(List<byte[]> arguments) {
        String what = argument(arguments, 1);
        int count = arguments.size();
        switch (what) {
            case "REPLY" -> onReply(arguments);
            case "TRACKING" -> onTracking(arguments);
            case "CACHING" -> {
                client.setCachingNext(count == 3 && !client.inTransaction());
                interpreter.pass(arguments);
            }
            case "SETNAME" -> {
                if (count == 3) {
                    String name = RedisInterpreter.text(arguments.get(2));
                    interpreter.sendWithEffect(arguments, () -> client.setName(name.isEmpty() ? null : name));
                } else {
                    interpreter.pass(arguments);
                }
            }
            case "SETINFO" -> onInfo(arguments);
            case "NO-EVICT" ->
                interpreter.sendWithEffect(
                        arguments,
                        () -> client.setNoEvict(argument(arguments, 2).equals("ON")));
            case "NO-TOUCH" ->
                interpreter.sendWithEffect(
                        arguments,
                        () -> client.setNoTouch(argument(arguments, 2).equals("ON")));
            case "PAUSE", "UNPAUSE" ->
                interpreter.refuse("NOPERM 'client|" + what.toLowerCase(Locale.ROOT)
                        + "' is not available through the routing proxy");
            default -> interpreter.pass(arguments);
        }
    }

    private void onInfo(List<byte[]> arguments) {
        if (arguments.size() != 4) {
            interpreter.pass(arguments);
            return;
        }
        String value = RedisInterpreter.text(arguments.get(3));
        switch (argument(arguments, 2)) {
            case "LIB-NAME" -> interpreter.sendWithEffect(arguments, () -> client.setLibraryName(value));
            case "LIB-VER" -> interpreter.sendWithEffect(arguments, () -> client.setLibraryVersion(value));
            default -> interpreter.pass(arguments);
        }
    }

    /** The server is never told: it answers everything, and the proxy keeps from the client what it does not want. */
    private void onReply(List<byte[]> arguments) {
        String mode = arguments.size() == 3 ? argument(arguments, 2) : "";
        if (client.inTransaction()) {
            interpreter.refuse("ERR CLIENT REPLY is not allowed in transactions through the routing proxy");
            return;
        }
        switch (mode) {
            case "ON" -> {
                client.setReplyMode(ReplyMode.ON);
                interpreter.pass(arguments);
            }
            case "OFF" -> client.setReplyMode(ReplyMode.OFF);
            case "SKIP" -> {
                if (client.replyMode() == ReplyMode.ON) {
                    client.setReplyMode(ReplyMode.SKIP);
                }
            }
            default -> interpreter.pass(arguments);
        }
    }

    private void onTracking(List<byte[]> arguments) {
        List<String> options = arguments.stream()
                .skip(3)
                .map(RedisInterpreter::text)
                .map(RedisClientCommand::known)
                .toList();
        if (client.inTransaction()) {
            interpreter.refuse("ERR CLIENT TRACKING is not allowed in transactions through the routing proxy");
        } else if (options.contains("REDIRECT")) {
            interpreter.refuse("ERR CLIENT TRACKING with REDIRECT is not available through the routing proxy;"
                    + " use RESP3 (HELLO 3), which needs no second connection");
        } else {
            boolean on = argument(arguments, 2).equals("ON");
            interpreter.sendWithEffect(arguments, () -> client.track(on ? options : null));
        }
    }

    /** The options in one spelling, the rest (prefixes) as it is. */
    private static String known(String option) {
        String upper = option.toUpperCase(Locale.ROOT);
        return switch (upper) {
            case "REDIRECT", "BCAST", "PREFIX", "OPTIN", "OPTOUT", "NOLOOP" -> upper;
            default -> option;
        };
    }

    private static String argument(List<byte[]> arguments, int index) {
        return index < arguments.size()
                ? RedisInterpreter.text(arguments.get(index)).toUpperCase(Locale.ROOT)
                : "";
    }
}
