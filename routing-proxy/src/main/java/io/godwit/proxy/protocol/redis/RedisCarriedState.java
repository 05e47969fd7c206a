package io.godwit.proxy.protocol.redis;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server keeps for a session and the next one is given. Text is bytes, one per character.
 *
 * @param protocolVersion of RESP, 2 or 3
 * @param tracking arguments behind {@code CLIENT TRACKING ON}; null if it is off
 */
record RedisCarriedState(
        int protocolVersion,
        int database,
        @Nullable String name,
        @Nullable String libraryName,
        @Nullable String libraryVersion,
        boolean noEvict,
        boolean noTouch,
        @Nullable List<String> tracking,
        Set<String> channels,
        Set<String> patterns,
        Set<String> shardChannels) {
    /** A session whose client has just logged in. */
    static final RedisCarriedState NEW =
            new RedisCarriedState(2, 0, null, null, null, false, false, null, Set.of(), Set.of(), Set.of());

    boolean isSubscribed() {
        return !channels.isEmpty() || !patterns.isEmpty() || !shardChannels.isEmpty();
    }

    /** Whether a server takes nothing from this session but what concerns its subscriptions. */
    boolean takesSubscriptionsOnly() {
        return protocolVersion < 3 && isSubscribed();
    }
}
