package io.godwit.provisioning.server;

import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.rest.Caller;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import java.util.List;
import java.util.Objects;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The servers, for operators. */
@RestController
@RequestMapping("/api/v1/servers")
class ServerController {
    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final ServerRegistration registration;
    private final ServerRemoval removal;
    private final ServerDrain drain;
    private final ProvisioningProperties properties;

    ServerController(
            ServerRepository servers,
            PlacementRepository placements,
            ServerRegistration registration,
            ServerRemoval removal,
            ServerDrain drain,
            ProvisioningProperties properties) {
        this.servers = servers;
        this.placements = placements;
        this.registration = registration;
        this.removal = removal;
        this.drain = drain;
        this.properties = properties;
    }

    @GetMapping
    Page<ServerView> list(Caller caller, PageQuery query) {
        caller.requireOperator();
        List<Server> fetched = servers.findByIdGreaterThanOrderById(
                Objects.requireNonNullElse(query.after(), ""), Limit.of(query.fetchSize()));
        return Page.of(fetched, query, Server::id).map(this::view);
    }

    @GetMapping("/{id}")
    ServerView show(Caller caller, @PathVariable String id) {
        caller.requireOperator();
        return view(require(id));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ServerView add(Caller caller, @RequestBody NewServer request) {
        caller.requireOperator();
        EngineId engine = ServerTerms.engine(request.engine());
        Tier tier = ServerTerms.tier(request.tier());
        String region = RegionName.require(Objects.requireNonNullElse(request.region(), properties.defaultRegion()));
        return view(
                request.isExisting()
                        ? registration.register(engine, tier, region, request.name(), request.existing())
                        : registration.provision(engine, tier, region));
    }

    @PostMapping("/{id}/drain")
    @ResponseStatus(HttpStatus.ACCEPTED)
    DrainedServer drain(Caller caller, @PathVariable String id) {
        caller.requireOperator();
        List<ServerDrain.Asked> asked = drain.drain(id);
        return new DrainedServer(view(require(id)), asked);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable String id) {
        caller.requireOperator();
        removal.removeEmpty(id);
    }

    private Server require(String id) {
        return servers.findById(id)
                .orElseThrow(
                        () -> ProvisioningException.refused("SERVER_NOT_FOUND", "Server '" + id + "' does not exist"));
    }

    private ServerView view(Server server) {
        return ServerView.of(server, placements.countByServerId(server.id()));
    }

    record DrainedServer(ServerView server, List<ServerDrain.Asked> databases) {}
}
