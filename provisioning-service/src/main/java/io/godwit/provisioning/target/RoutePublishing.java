package io.godwit.provisioning.target;

import io.godwit.engines.DatabaseId;
import io.godwit.events.Failure;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.StepRef;
import io.godwit.messaging.AfterCommit;
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
import java.util.List;
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
        return publish(command, true);
    }

    /** The same, while the server may still be a standby that is to lead until it counts. */
    ProvisioningEvent rehearse(PublishRoute command) {
        return publish(command, false);
    }

    private ProvisioningEvent publish(PublishRoute command, boolean leading) {
        StepRef step = command.step();
        DatabaseId id = step.databaseId();
        // Locked first, so that nothing about the placements changes between the checks and the switch.
        Optional<TenantDatabase> database = databases.findAndLock(id.toString());
        if (database.isEmpty()) {
            return refused(step, "DATABASE_NOT_FOUND", "Database " + id + " does not exist");
        }
        List<Placement> all = placements.findByDatabaseId(id.toString());
        Optional<Placement> target =
                all.stream().filter(placement -> isFit(placement, command)).findFirst();
        if (target.isPresent() && leading && isStandby(command.serverId())) {
            return refused(
                    step,
                    "TARGET_FOLLOWS",
                    "Server '" + command.serverId() + "' is a standby; expected one that leads");
        }
        if (target.isEmpty() || !routes.advance(id, command.expectedEpoch(), command.serverId(), step.migrationId())) {
            return unchanged(command, target.isPresent());
        }
        Placement former = all.stream()
                .filter(placement -> placement.state() == PlacementState.HOME)
                .findFirst()
                .orElseThrow();
        Server server = switchHome(step, former, target.get());
        database.get().movedTo(server);
        long epoch = command.expectedEpoch() + 1;
        routes.announce(id, epoch, database.get(), target.get(), server);
        AfterCommit.run(() -> LOG.atInfo()
                .setMessage("Published a route")
                .addKeyValue("database", id)
                .addKeyValue("migration", step.migrationId())
                .addKeyValue("server", command.serverId())
                .addKeyValue("epoch", epoch)
                .log());
        return new RoutePublished(step, epoch, command.serverId());
    }

    /** Locked, because what makes it a standby again makes sure that it is no home. */
    private boolean isStandby(String serverId) {
        return servers.findAndLock(serverId).map(Server::follows).isPresent();
    }

    private static boolean isFit(Placement placement, PublishRoute command) {
        return placement.serverId().equals(command.serverId())
                && placement.isOf(command.step().migrationId())
                && switch (placement.state()) {
                    case PREPARED, FORMER -> true;
                    case PREPARING, HOME, REMOVING -> false;
                };
    }

    /** The switch has been done before, or can't be done. */
    private ProvisioningEvent unchanged(PublishRoute command, boolean fit) {
        StepRef step = command.step();
        DatabaseId id = step.databaseId();
        Optional<Route> route = routes.find(id);
        if (route.isPresent() && isDone(command, route.get())) {
            return new RoutePublished(step, route.get().epoch(), command.serverId());
        }
        if (!fit) {
            return refused(
                    step,
                    "TARGET_NOT_PREPARED",
                    "Database " + id + " is not prepared on server '" + command.serverId() + "' by this migration");
        }
        return refused(
                step,
                "ROUTE_EPOCH_STALE",
                "The route of database " + id + " has epoch "
                        + route.map(Route::epoch).orElse(0L) + "; expected " + command.expectedEpoch());
    }

    private Server switchHome(StepRef step, Placement former, Placement next) {
        former.become(PlacementState.FORMER, step.migrationId(), clock.instant());
        // Before the new one: there is never more than one home.
        placements.saveAndFlush(former);
        next.become(PlacementState.HOME, step.migrationId(), clock.instant());
        Server server = servers.findAndLock(next.serverId()).orElseThrow();
        server.keepIfShared();
        return server;
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
