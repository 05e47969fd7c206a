package io.godwit.provisioning.target;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.StepRef;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Passwords;
import io.godwit.provisioning.engine.Provisioner;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.server.DatabaseProcesses;
import io.godwit.provisioning.server.ServerChoice;
import io.godwit.provisioning.server.ServerIdentities;
import io.godwit.provisioning.server.ServerMaker;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Makes the empty database to which a migration leads, on a server that is made for it where none fits. */
@Component
class TargetPreparation {
    private final TargetRequests requests;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final ServerChoice choice;
    private final ServerMaker maker;
    private final DatabaseProcesses processes;
    private final ServerIdentities identities;
    private final Engines engines;
    private final SecretSealer sealer;
    private final Transactions transactions;
    private final InstantSource clock;

    TargetPreparation(
            TargetRequests requests,
            PlacementRepository placements,
            ServerRepository servers,
            ServerChoice choice,
            ServerMaker maker,
            DatabaseProcesses processes,
            ServerIdentities identities,
            Engines engines,
            SecretSealer sealer,
            Transactions transactions,
            InstantSource clock) {
        this.requests = requests;
        this.placements = placements;
        this.servers = servers;
        this.choice = choice;
        this.maker = maker;
        this.processes = processes;
        this.identities = identities;
        this.engines = engines;
        this.sealer = sealer;
        this.transactions = transactions;
        this.clock = clock;
    }

    Conclusion prepare(PrepareTarget command) {
        DatabaseId id = command.step().databaseId();
        Reserved reserved = transactions.call(() -> reserve(command));
        ServerAccess server = maker.ensureReady(reserved.target().serverId());
        PlacedDatabase target = reserved.target().on(server);
        if (reserved.target().state() == PlacementState.PREPARING) {
            Provisioner provisioner = engines.provisioner(server.engine());
            DatabaseOptions options = provisioner.optionsOf(reserved.source());
            if (reserved.target().hasOwnProcess()) {
                processes.ensureRunning(target, options);
            } else {
                requireAnotherServer(target.server(), reserved.source().server());
            }
            provisioner.create(id, target, options, reserved.targetServer().tier());
        }
        return () -> {
            Placement made = placements.findById(reserved.target().id()).orElseThrow();
            if (made.state() == PlacementState.PREPARING) {
                made.become(PlacementState.PREPARED, command.step().migrationId(), clock.instant());
            }
            return new DatabasePrepared(command.step(), target);
        };
    }

    /** The registry may know one server by two names, since its names can't always be compared. */
    private void requireAnotherServer(ServerAccess target, ServerAccess source) {
        if (identities.areOne(target, source)) {
            throw ProvisioningException.conflict(
                    "TARGET_IS_SOURCE",
                    "Server '" + target.serverId() + "' at " + target.address()
                            + " is the same as the database's server '" + source.serverId() + "' at " + source.address()
                            + "; expected another one");
        }
    }

    /** Writes down what will be made. A repeated command finds what it wrote down before. */
    private Reserved reserve(PrepareTarget command) {
        StepRef step = command.step();
        TenantDatabase database = requests.requireLocked(step.databaseId());
        Placement home = requests.requireHome(step.databaseId());
        PlacedDatabase source = home.on(server(home.serverId()));
        Optional<Placement> earlier = requests.earlier(step);
        if (earlier.isPresent()) {
            return new Reserved(source, earlier.get(), server(earlier.get().serverId()));
        }
        Server chosen = choice.take(requests.wish(database, home, command.request()), step.migrationId());
        // Not the password of the home: who knows that one is let in on no server but there.
        Login owner = new Login(step.databaseId().clientName(), sealer.seal(Passwords.random()));
        Placement target = placements.save(new Placement(
                step.databaseId(),
                chosen.id(),
                step.databaseId().clientName(),
                owner,
                choice.databasePort(chosen),
                step.migrationId(),
                clock.instant()));
        return new Reserved(source, target, chosen);
    }

    private Server server(String serverId) {
        return servers.findById(serverId).orElseThrow();
    }

    private record Reserved(PlacedDatabase source, Placement target, Server targetServer) {}
}
