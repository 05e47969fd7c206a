package io.godwit.proxy.protocol.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@code HELLO [version [AUTH user password] [SETNAME name]]}.
 *
 * <p>Text is bytes, one per character.
 *
 * @param version 0 if the command names none
 * @param withoutLogin the command as the server gets it
 */
record RedisHello(
        int version,
        @Nullable String user,
        @Nullable String password,
        @Nullable String name,
        List<byte[]> withoutLogin) {
    /** What is wrong with the command is left to the server to say. */
    static RedisHello parse(List<byte[]> arguments) {
        List<byte[]> kept = new ArrayList<>();
        int version = 0;
        String user = null;
        String password = null;
        String name = null;
        for (int i = 0; i < arguments.size(); i++) {
            String word = RedisInterpreter.text(arguments.get(i)).toUpperCase(Locale.ROOT);
            if (i == 1 && word.matches("[0-9]")) {
                version = Integer.parseInt(word);
                kept.add(arguments.get(i));
            } else if (i > 1 && word.equals("AUTH") && i + 2 < arguments.size()) {
                user = RedisInterpreter.text(arguments.get(++i));
                password = RedisInterpreter.text(arguments.get(++i));
            } else {
                kept.add(arguments.get(i));
                if (i > 1 && word.equals("SETNAME") && i + 1 < arguments.size()) {
                    kept.add(arguments.get(++i));
                    name = RedisInterpreter.text(arguments.get(i));
                }
            }
        }
        return new RedisHello(version, user, password, name, kept);
    }
}
