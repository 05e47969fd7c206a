package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a stream. Offsets of different streams can't be compared: a server that restarts begins a stream with
 * another id.
 *
 * @param offset how many bytes of the stream are before it
 */
record RedisPosition(String stream, long offset) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{40}):(\\d{1,18})");

    /** @throws ReplicationException {@code BAD_POSITION} if it is not in the form of {@link #toString} */
    static RedisPosition parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new ReplicationException(
                    "BAD_POSITION",
                    Failure.Kind.CALLER,
                    "position '" + text + "' is not of the form <replication id>:<offset>");
        }
        return new RedisPosition(matcher.group(1), Long.parseLong(matcher.group(2)));
    }

    @Override
    public String toString() {
        return stream + ":" + offset;
    }
}
