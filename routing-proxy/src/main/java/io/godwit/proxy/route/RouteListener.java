package io.godwit.proxy.route;

import io.godwit.engines.DatabaseId;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.Topics;
import io.godwit.messaging.BroadcastListener;
import io.godwit.proxy.gate.GateRegistry;
import org.jspecify.annotations.Nullable;

/** Follows the routes topic from its beginning; the proxy serves when it has seen all that was there at its start. */
public final class RouteListener implements BroadcastListener<DatabaseRoute> {
    private final GateRegistry gates;
    private final Runnable caughtUp;

    public RouteListener(GateRegistry gates, Runnable caughtUp) {
        this.gates = gates;
        this.caughtUp = caughtUp;
    }

    @Override
    public String topic() {
        return Topics.ROUTES;
    }

    @Override
    public Class<DatabaseRoute> payloadType() {
        return DatabaseRoute.class;
    }

    @Override
    public StartAt startAt() {
        return StartAt.EARLIEST;
    }

    @Override
    public void onRecord(String key, @Nullable DatabaseRoute route) {
        if (route == null) {
            gates.onRouteDeleted(DatabaseId.parse(key));
        } else {
            gates.onRoute(route);
        }
    }

    @Override
    public void onCaughtUp() {
        // Behind the routes that were just handed over, so that the first client finds them.
        gates.afterRoutes(caughtUp);
    }
}
