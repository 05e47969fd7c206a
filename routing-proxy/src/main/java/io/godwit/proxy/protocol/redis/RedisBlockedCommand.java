package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command that may wait for long on the server, so that it is ended there for a move and sent again elsewhere with
 * what is left of its time. Confined to the session's event loop.
 */
final class RedisBlockedCommand {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final String NEWEST = "$";

    private final List<byte[]> arguments;
    private final int timeoutAt;
    private final boolean inMillis;
    private final double timeoutNanos;
    private final long since;
    private final Map<Integer, String> newestOf = new LinkedHashMap<>(0);
    private boolean unblockAsked;
    private boolean unblocked;

    private RedisBlockedCommand(List<byte[]> arguments, int timeoutAt, boolean inMillis, double timeout, long now) {
        this.arguments = new ArrayList<>(arguments);
        this.timeoutAt = timeoutAt;
        this.inMillis = inMillis;
        this.timeoutNanos = inMillis ? timeout * TimeUnit.MILLISECONDS.toNanos(1) : timeout * NANOS_PER_SECOND;
        this.since = now;
    }

    /** @return null if the server answers the command at once, with an error or otherwise */
    static @Nullable RedisBlockedCommand of(RedisCommand command, List<byte[]> arguments, long now) {
        int timeoutAt = timeoutOf(command, arguments);
        if (timeoutAt < 1 || timeoutAt >= arguments.size()) {
            return null;
        }
        boolean inMillis =
                command == RedisCommand.XREAD || command == RedisCommand.XREADGROUP || command == RedisCommand.WAIT;
        double timeout;
        try {
            timeout = Double.parseDouble(text(arguments.get(timeoutAt)));
        } catch (NumberFormatException e) {
            return null;
        }
        if (!(timeout >= 0) || Double.isInfinite(timeout)) {
            return null;
        }
        RedisBlockedCommand blocked = new RedisBlockedCommand(arguments, timeoutAt, inMillis, timeout, now);
        if (command == RedisCommand.XREAD) {
            blocked.findNewest();
        }
        return blocked;
    }

    private static int timeoutOf(RedisCommand command, List<byte[]> arguments) {
        return switch (command) {
            case BLMPOP, BZMPOP -> 1;
            case XREAD, XREADGROUP -> option("BLOCK", arguments) + 1;
            default -> arguments.size() - 1;
        };
    }

    private static int option(String name, List<byte[]> arguments) {
        for (int i = 1; i < arguments.size(); i++) {
            String option = text(arguments.get(i)).toUpperCase(Locale.ROOT);
            if (option.equals(name)) {
                return i;
            }
            if (option.equals("STREAMS")) {
                return -1;
            }
            if (option.equals("GROUP")) {
                // The names of group and consumer may be anything.
                i += 2;
            }
        }
        return -1;
    }

    /** The streams of which the client waits for what comes after the newest entry. */
    private void findNewest() {
        int streams = option("STREAMS", arguments);
        int keys = (arguments.size() - streams - 1) / 2;
        for (int i = arguments.size() - keys; streams > 0 && i < arguments.size(); i++) {
            if (text(arguments.get(i)).equals(NEWEST)) {
                newestOf.put(i, text(arguments.get(i - keys)));
            }
        }
    }

    private static String text(byte[] argument) {
        return new String(argument, ISO_8859_1);
    }

    /** The streams whose newest entry's id must be {@linkplain #onNewest told} before the command can be sent again. */
    List<String> streamsToLookUp() {
        return List.copyOf(newestOf.values());
    }

    /** @param ids in the order of {@link #streamsToLookUp} */
    void onNewest(List<String> ids) {
        int next = 0;
        for (Integer position : newestOf.keySet()) {
            arguments.set(position, ids.get(next++).getBytes(ISO_8859_1));
        }
        newestOf.clear();
    }

    /** The server is asked to end the command. */
    void askUnblock() {
        unblockAsked = true;
    }

    boolean unblockAsked() {
        return unblockAsked;
    }

    /** The server has ended the command with nothing done. */
    void onUnblocked() {
        unblocked = true;
    }

    /** Whether nothing of it is on a server and all is known to send it again. */
    boolean canMove() {
        return unblocked && newestOf.isEmpty();
    }

    boolean isUnblocked() {
        return unblocked;
    }

    /** The command with the time that is left, to be sent now. */
    List<byte[]> again(long now) {
        unblocked = false;
        unblockAsked = false;
        if (timeoutNanos == 0) {
            return arguments;
        }
        // 0 would mean for ever.
        double left = Math.max(timeoutNanos - (double) (now - since), (double) TimeUnit.MILLISECONDS.toNanos(1));
        List<byte[]> again = new ArrayList<>(arguments);
        String text = inMillis
                ? Long.toString((long) (left / TimeUnit.MILLISECONDS.toNanos(1)))
                : String.format(Locale.ROOT, "%.3f", left / NANOS_PER_SECOND);
        again.set(timeoutAt, text.getBytes(ISO_8859_1));
        return again;
    }
}
