package io.godwit.provisioning.route;

import io.godwit.provisioning.registry.Route;
import io.godwit.provisioning.registry.RouteRepository;
import io.godwit.provisioning.registry.Transactions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/**
 * Sends every route once more when the service starts, so that the proxies find them even in a topic that was lost. The
 * epochs are the same: a proxy that knows them sees nothing new.
 */
@Component
class RouteRepublication implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RouteRepublication.class);
    private static final int PAGE = 200;
    /** After the outbox, and before anything that could publish a newer route, which an older one must not follow. */
    private static final int PHASE = 100;

    private final RouteRepository repository;
    private final Routes routes;
    private final Transactions transactions;
    private volatile boolean running;

    RouteRepublication(RouteRepository repository, Routes routes, Transactions transactions) {
        this.repository = repository;
        this.routes = routes;
        this.transactions = transactions;
    }

    @Override
    public void start() {
        running = true;
        String after = "";
        int sent = 0;
        List<Route> page;
        do {
            page = republish(after);
            sent += page.size();
            after = page.isEmpty() ? after : page.getLast().databaseId().toString();
        } while (page.size() == PAGE);
        LOG.atInfo().setMessage("Sent the routes").addKeyValue("routes", sent).log();
    }

    private List<Route> republish(String after) {
        return transactions.call(() -> {
            List<Route> page =
                    repository.findByServerIdIsNotNullAndDatabaseIdGreaterThanOrderByDatabaseId(after, Limit.of(PAGE));
            page.forEach(route -> routes.announce(route.databaseId()));
            return page;
        });
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
