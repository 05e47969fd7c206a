package io.godwit.provisioning.target;

import io.godwit.engines.DatabaseId;
import io.godwit.events.Failure;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.StepRef;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.Route;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.provisioning.route.Routes;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The commit point of a move. Used inside a transaction, and short: applications wait for it. */
@Component
class RoutePublishing {
    private static final Logger LOG = LoggerFactory.getLogger(RoutePublishing.class);

    private final Routes routes;
    private final TenantDatabaseRepository databases;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final InstantSource clock;

    RoutePublishing(
            Routes routes,
            TenantDatabaseRepository databases,
            PlacementRepository placements,
            ServerRepository servers,
            InstantSource clock) {
        this.routes = routes;
        this.databases = databases;
        this.placements = placements;
        this.servers = servers;
        this.clock = clock;
    }

    ProvisioningEvent publish(PublishRoute command) {
        StepRef step = command.step();
        DatabaseId id = step.databaseId();
        // Locked first, so that nothing about the placements changes between the checks and the switch.
        if (databases.findAndLock(id.toString()).isEmpty()) {
            return refused(step, "DATABASE_NOT_FOUND", "Database " + id + " does not exist");
        }
        Optional<Route> route = routes.find(id);
        if (route.isPresent() && isDone(command, route.get())) {
            return new RoutePublished(step, route.get().epoch(), command.serverId());
        }
        boolean fit = placements
                .findByDatabaseIdAndServerIdAndStateNot(id.toString(), command.serverId(), PlacementState.REMOVING)
                .filter(target -> target.isOf(step.migrationId()))
                .filter(target -> switch (target.state()) {
                    case PREPARED, FORMER -> true;
                    case PREPARING, HOME, REMOVING -> false;
                })
                .isPresent();
        if (!fit) {
            return refused(
                    step,
                    "TARGET_NOT_PREPARED",
                    "Database " + id + " is not prepared on server '" + command.serverId() + "' by this migration");
        }
        if (!routes.advance(id, command.expectedEpoch(), command.serverId(), step.migrationId())) {
            return refused(
                    step,
                    "ROUTE_EPOCH_STALE",
                    "The route of database " + id + " has epoch "
                            + route.map(Route::epoch).orElse(0L) + "; expected " + command.expectedEpoch());
        }
        switchHome(step, command.serverId());
        routes.announce(id);
        long epoch = command.expectedEpoch() + 1;
        LOG.atInfo()
                .setMessage("Published a route")
                .addKeyValue("database", id)
                .addKeyValue("migration", step.migrationId())
                .addKeyValue("server", command.serverId())
                .addKeyValue("epoch", epoch)
                .log();
        return new RoutePublished(step, epoch, command.serverId());
    }

    private void switchHome(StepRef step, String serverId) {
        String id = step.databaseId().toString();
        Placement former = placements.findHome(id).orElseThrow();
        former.become(PlacementState.FORMER, step.migrationId(), clock.instant());
        // Before the new one: there is never more than one home.
        placements.saveAndFlush(former);
        Placement next = placements
                .findByDatabaseIdAndServerIdAndStateNot(id, serverId, PlacementState.REMOVING)
                .orElseThrow();
        next.become(PlacementState.HOME, step.migrationId(), clock.instant());
        Server server = servers.findAndLock(serverId).orElseThrow();
        server.keepIfShared();
        TenantDatabase database = databases.findById(id).orElseThrow();
        database.movedTo(server);
    }

    private static boolean isDone(PublishRoute command, Route route) {
        return command.serverId().equals(route.serverId())
                && command.step().migrationId().equals(route.migrationId())
                && route.epoch() == command.expectedEpoch() + 1;
    }

    private static RouteRefused refused(StepRef step, String code, String message) {
        return new RouteRefused(step, new Failure(code, message, Failure.Kind.CONFLICT));
    }
}
