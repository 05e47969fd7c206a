package io.godwit.proxy.protocol.redis;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One {@link RedisUnblocker} per event loop and server, while it is needed. Safe for use by all event loops. */
final class RedisUnblockers {
    private final RedisConnector connector;
    private final Map<Place, RedisUnblocker> unblockers = new ConcurrentHashMap<>();

    private record Place(EventLoop loop, Backend server) {}

    RedisUnblockers(RedisConnector connector) {
        this.connector = connector;
    }

    RedisUnblocker on(EventLoop loop, Backend server) {
        Place place = new Place(loop, server);
        return unblockers.computeIfAbsent(
                place, unknown -> new RedisUnblocker(loop, server, connector, () -> unblockers.remove(place)));
    }
}
