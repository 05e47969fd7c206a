package io.godwit.provisioning.target;

import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.provisioning.registry.Route;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.route.Routes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Goes through the commit of a move when its target is ready, and takes it back before anybody can see it: when
 * applications wait for it, nothing of it happens for the first time.
 */
@Component
class RouteRehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(RouteRehearsal.class);
    private static final int TIMES = 5;

    private final RoutePublishing publishing;
    private final Routes routes;
    private final ProvisioningEvents events;
    private final Transactions transactions;

    RouteRehearsal(RoutePublishing publishing, Routes routes, ProvisioningEvents events, Transactions transactions) {
        this.publishing = publishing;
        this.routes = routes;
        this.events = events;
        this.transactions = transactions;
    }

    /** Never fails: what can't be rehearsed will be told when it counts. */
    void rehearse(DatabasePrepared prepared) {
        try {
            for (int i = 0; i < TIMES; i++) {
                transactions.runInVain(() -> publish(prepared));
            }
        } catch (RuntimeException e) {
            LOG.atDebug()
                    .setMessage("Could not rehearse the commit of a move")
                    .addKeyValue("migration", prepared.step().migrationId())
                    .setCause(e)
                    .log();
        }
    }

    private void publish(DatabasePrepared prepared) {
        long epoch = routes.find(prepared.step().databaseId()).map(Route::epoch).orElseThrow();
        String serverId = prepared.target().server().serverId();
        events.send(prepared.step(), publishing.publish(new PublishRoute(prepared.step(), epoch, serverId)));
    }
}
