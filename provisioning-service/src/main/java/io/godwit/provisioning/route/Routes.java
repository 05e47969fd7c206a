package io.godwit.provisioning.route;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.ServerAccess;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.messaging.OutboundRecord;
import io.godwit.messaging.Outbox;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Route;
import io.godwit.provisioning.registry.RouteRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The only writer of routes. Used inside a transaction: the record for the proxies is sent if, and only if, the change
 * is committed. Changes lose what the persistence context knows of routes; read those again after them.
 */
@Component
public class Routes {
    private final RouteRepository routes;
    private final TenantDatabaseRepository databases;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final Outbox outbox;
    private final InstantSource clock;

    Routes(
            RouteRepository routes,
            TenantDatabaseRepository databases,
            PlacementRepository placements,
            ServerRepository servers,
            Outbox outbox,
            InstantSource clock) {
        this.routes = routes;
        this.databases = databases;
        this.placements = placements;
        this.servers = servers;
        this.outbox = outbox;
        this.clock = clock;
    }

    public Optional<Route> find(DatabaseId database) {
        return routes.findById(database.toString());
    }

    /** The first route of a database; its epoch follows the last one of a deleted database of the same name. */
    public void open(DatabaseId database, String serverId) {
        if (routes.open(database.toString(), serverId, clock.instant()) != 1) {
            throw new IllegalStateException("database " + database + " has a route already; expected none");
        }
        announce(database);
    }

    /**
     * Compares the epoch and sets the next one, in one statement. {@link #announce} then tells the proxies, when the
     * placements are changed too.
     *
     * @return false if the route does not have the expected epoch; nothing is changed then
     */
    public boolean advance(DatabaseId database, long expectedEpoch, String serverId, String migrationId) {
        return routes.advance(database.toString(), expectedEpoch, serverId, migrationId, clock.instant()) == 1;
    }

    public void end(DatabaseId database) {
        if (routes.end(database.toString(), clock.instant()) == 1) {
            outbox.send(OutboundRecord.routeDeleted(database));
        }
    }

    /** Sends the present route. */
    public void announce(DatabaseId database) {
        String id = database.toString();
        Route route = find(database).orElseThrow();
        Placement home = placements.findHome(id).orElseThrow();
        if (!home.serverId().equals(route.serverId())) {
            throw new IllegalStateException("database " + database + " has its home on server " + home.serverId()
                    + " and its route to " + route.serverId() + "; expected the same");
        }
        announce(
                database,
                route.epoch(),
                databases.findById(id).orElseThrow(),
                home,
                servers.findById(home.serverId()).orElseThrow());
    }

    /** Sends the present route, of which everything is known to the caller. */
    public void announce(DatabaseId id, long epoch, TenantDatabase database, Placement home, Server server) {
        ServerAccess access = home.on(server).server();
        outbox.send(OutboundRecord.route(new DatabaseRoute(
                id,
                database.engine(),
                epoch,
                new DatabaseRoute.ClientLogin(id.clientName(), database.verifier()),
                new Backend(
                        access.serverId(), access.address(), access.security(), home.databaseName(), home.owner()))));
    }
}
