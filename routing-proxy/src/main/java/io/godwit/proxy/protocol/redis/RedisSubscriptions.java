package io.godwit.proxy.protocol.redis;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session's subscriptions as the server has confirmed them. Confined to the session's event loop. */
final class RedisSubscriptions {
    private final Set<String> channels = new LinkedHashSet<>();
    private final Set<String> patterns = new LinkedHashSet<>();
    private final Set<String> shardChannels = new LinkedHashSet<>();

    boolean isEmpty() {
        return channels.isEmpty() && patterns.isEmpty() && shardChannels.isEmpty();
    }

    void clear() {
        channels.clear();
        patterns.clear();
        shardChannels.clear();
    }

    static boolean isConfirmation(String kind) {
        return switch (kind) {
            case "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe" -> true;
            default -> false;
        };
    }

    /** @return how many confirmations the command gets if it names no channel */
    int confirmationsOfAll(String kind) {
        return Math.max(1, of(kind).size());
    }

    /** @param channel null if there was none to unsubscribe from */
    void onConfirmed(String kind, @Nullable String channel) {
        if (channel == null) {
            return;
        }
        if (kind.contains("unsub")) {
            of(kind).remove(channel);
        } else {
            of(kind).add(channel);
        }
    }

    private Set<String> of(String kind) {
        return switch (kind.charAt(0)) {
            case 'p' -> patterns;
            case 's' -> kind.startsWith("ss") || kind.startsWith("sun") ? shardChannels : channels;
            default -> channels;
        };
    }

    Set<String> channels() {
        return Set.copyOf(channels);
    }

    Set<String> patterns() {
        return Set.copyOf(patterns);
    }

    Set<String> shardChannels() {
        return Set.copyOf(shardChannels);
    }
}
