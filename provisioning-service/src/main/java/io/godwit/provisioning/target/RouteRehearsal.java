package io.godwit.provisioning.target;

import io.godwit.events.Failure;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.RehearsalRefused;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProvisioningEvent.RouteRehearsed;
import io.godwit.provisioning.registry.Route;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.route.Routes;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Goes through the commit of a move and takes it back before anybody can see it: when its target is ready, so that nothing
 * of it happens for the first time when applications wait for it; and when it is asked, just before they do, whether it
 * can be done.
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

    /**
     * Says whether the commit could be done now, by the same checks and in a transaction of its own.
     *
     * @throws RuntimeException if it is not known
     */
    ProvisioningEvent answer(RehearseRoute command) {
        PublishRoute commit = new PublishRoute(command.step(), command.expectedEpoch(), command.serverId());
        AtomicReference<@Nullable Failure> objection = new AtomicReference<>();
        transactions.runInVain(() -> {
            ProvisioningEvent outcome = publishing.rehearse(commit);
            events.send(command.step(), outcome);
            objection.set(outcome instanceof RouteRefused refused ? refused.failure() : null);
        });
        Failure failure = objection.get();
        return failure == null ? new RouteRehearsed(command.step()) : new RehearsalRefused(command.step(), failure);
    }

    private void publish(DatabasePrepared prepared) {
        long epoch = routes.find(prepared.step().databaseId()).map(Route::epoch).orElseThrow();
        String serverId = prepared.target().server().serverId();
        events.send(prepared.step(), publishing.rehearse(new PublishRoute(prepared.step(), epoch, serverId)));
    }
}
