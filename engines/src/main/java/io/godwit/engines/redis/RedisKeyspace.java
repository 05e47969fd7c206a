package io.godwit.engines.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.regex.Pattern;

/** What keys a server has, in all its logical databases. */
public final class RedisKeyspace {
    private static final Pattern DATABASE = Pattern.compile("^db(\\d+):keys=", Pattern.MULTILINE);

    private RedisKeyspace() {}

    /** @return the numbers of the logical databases that have keys, ascending; expired keys still count */
    public static List<Integer> databases(RedisCommands<byte[], byte[]> commands) {
        return DATABASE.matcher(commands.info("keyspace"))
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .sorted()
                .toList();
    }

    /**
     * The next keys of the selected logical database: all that are there from beginning to end, some perhaps twice.
     *
     * @param cursor {@link ScanCursor#INITIAL}, then the page before
     * @param about how many keys are wanted; a page may have more, fewer or none
     * @return the keys, and whether they are the last
     */
    public static KeyScanCursor<byte[]> page(RedisCommands<byte[], byte[]> commands, ScanCursor cursor, int about) {
        return commands.scan(cursor, ScanArgs.Builder.limit(about));
    }
}
