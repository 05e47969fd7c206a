package io.godwit.provisioning.target;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ProvisioningEvent.TargetRefused;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.route.Routes;
import io.godwit.provisioning.server.ServerChoice;
import org.springframework.stereotype.Component;

/** Says where a database is and where it would go. Used inside a transaction. */
@Component
class TargetPlanning {
    private final TargetRequests requests;
    private final ServerChoice choice;
    private final ServerRepository servers;
    private final Routes routes;

    TargetPlanning(TargetRequests requests, ServerChoice choice, ServerRepository servers, Routes routes) {
        this.requests = requests;
        this.choice = choice;
        this.servers = servers;
        this.routes = routes;
    }

    ProvisioningEvent plan(PlanTarget command) {
        DatabaseId id = command.step().databaseId();
        try {
            TenantDatabase database = requests.requireLocked(id);
            Placement home = requests.requireHome(id);
            return new TargetPlanned(
                    command.step(),
                    home.on(servers.findById(home.serverId()).orElseThrow()),
                    choice.plan(requests.wish(database, home, command.request())),
                    routes.find(id).orElseThrow().epoch());
        } catch (ProvisioningException e) {
            return new TargetRefused(command.step(), e.failure());
        }
    }
}
