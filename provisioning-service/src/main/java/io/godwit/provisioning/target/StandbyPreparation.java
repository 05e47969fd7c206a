package io.godwit.provisioning.target;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.Finding;
import io.godwit.events.ProvisioningCommand.InspectStandby;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.StandbyInspected;
import io.godwit.events.StepRef;
import io.godwit.events.TargetPlan;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.server.ServerChoice;
import io.godwit.provisioning.server.ServerMaker;
import io.godwit.provisioning.server.ServerWish;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Makes the target of a move as a standby of the whole server where the database is, and says where that can't be. */
@Component
class StandbyPreparation {
    private final TargetRequests requests;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final ServerChoice choice;
    private final ServerMaker maker;
    private final StandbyWatches watches;
    private final Engines engines;
    private final Transactions transactions;
    private final InstantSource clock;

    StandbyPreparation(
            TargetRequests requests,
            PlacementRepository placements,
            ServerRepository servers,
            ServerChoice choice,
            ServerMaker maker,
            StandbyWatches watches,
            Engines engines,
            Transactions transactions,
            InstantSource clock) {
        this.requests = requests;
        this.placements = placements;
        this.servers = servers;
        this.choice = choice;
        this.maker = maker;
        this.watches = watches;
        this.engines = engines;
        this.transactions = transactions;
        this.clock = clock;
    }

    Conclusion inspect(InspectStandby command) {
        try {
            Sides sides = transactions.call(() -> sides(command));
            boolean known = engines.standbys(sides.home().engine()).isPresent();
            List<String> objections = known ? objections(sides) : List.of();
            boolean possible = known && objections.isEmpty();
            List<Finding> findings = known ? List.of(finding(objections)) : List.of();
            return () -> new StandbyInspected(command.step(), possible, findings);
        } catch (ProvisioningException e) {
            List<Finding> findings = List.of(finding(List.of(e.failure().message())));
            return () -> new StandbyInspected(command.step(), false, findings);
        }
    }

    private Sides sides(InspectStandby command) {
        TenantDatabase database = requests.requireLocked(command.step().databaseId());
        Placement placement = requests.requireHome(command.step().databaseId());
        Server home = servers.findById(placement.serverId()).orElseThrow();
        TargetPlan plan = choice.plan(requests.wish(database, placement, command.request()));
        return new Sides(placement, home, placements.countByServerId(home.id()), plan);
    }

    private List<String> objections(Sides sides) {
        List<String> found = new ArrayList<>();
        Server home = sides.home();
        if (home.tier() != Tier.DEDICATED || sides.plan().tier() != Tier.DEDICATED) {
            found.add("one of the two servers is shared");
        }
        if (home.provider() != ProviderKind.PROCESS) {
            found.add("its server '" + home.id() + "' is not run by Godwit");
        }
        if (sides.plan().serverId() != null) {
            found.add("the target server '" + sides.plan().serverId() + "' exists already");
        }
        if (!major(home.version()).equals(major(sides.plan().engineVersion()))) {
            found.add("its server has version " + home.version() + ", the target "
                    + sides.plan().engineVersion());
        }
        if (sides.databases() != 1) {
            found.add("its server holds " + sides.databases() + " databases");
        }
        if (found.isEmpty()) {
            found.addAll(engines.standbys(home.engine())
                    .orElseThrow()
                    .objections(sides.placement().on(home)));
        }
        return found;
    }

    private static String major(String version) {
        return version.split("\\D", 2)[0];
    }

    private static Finding finding(List<String> objections) {
        return objections.isEmpty()
                ? new Finding(
                        Finding.Severity.INFO,
                        "MOVES_PHYSICALLY",
                        null,
                        "the new server begins as a copy of the whole old one and follows it by physical streaming:"
                                + " both are dedicated, of one version, and the old one holds this database only",
                        "nothing")
                : new Finding(
                        Finding.Severity.INFO,
                        "MOVES_LOGICALLY",
                        null,
                        "the database alone is copied and followed by logical replication, because "
                                + String.join("; ", objections),
                        "nothing, unless the physical way is wanted");
    }

    Conclusion prepare(PrepareStandby command) {
        Placement reserved = transactions.call(() -> reserve(command));
        PlacedDatabase target = make(command.step(), reserved);
        return () -> {
            Placement made = placements.findById(reserved.id()).orElseThrow();
            if (made.state() == PlacementState.PREPARING) {
                made.become(PlacementState.PREPARED, command.step().migrationId(), clock.instant());
            }
            return new DatabasePrepared(command.step(), target);
        };
    }

    private PlacedDatabase make(StepRef step, Placement reserved) {
        try (StandbyWatch _ = watches.begin(step, reserved.serverId())) {
            return reserved.on(maker.ensureReady(reserved.serverId()));
        }
    }

    /** Writes down what will be made. A repeated command finds what it wrote down before. */
    private Placement reserve(PrepareStandby command) {
        StepRef step = command.step();
        TenantDatabase database = requests.requireLocked(step.databaseId());
        Placement home = requests.requireHome(step.databaseId());
        return requests.earlier(step).orElseGet(() -> {
            ServerWish wish = requests.wish(database, home, command.request());
            Server standby =
                    choice.takeStandby(servers.findById(home.serverId()).orElseThrow(), wish, step.migrationId());
            requireOnlyDatabase(home);
            // A copy of the server has its roles with their passwords, too.
            return placements.save(new Placement(
                    step.databaseId(),
                    standby.id(),
                    home.databaseName(),
                    home.owner(),
                    null,
                    step.migrationId(),
                    clock.instant()));
        });
    }

    /** What was found when it was inspected may have changed; while servers are chosen it no longer can. */
    private void requireOnlyDatabase(Placement home) {
        long databases = placements.countByServerId(home.serverId());
        if (databases != 1) {
            throw ProvisioningException.conflict(
                    "SERVER_HOLDS_OTHERS",
                    "Server '" + home.serverId() + "' holds " + databases + " databases; expected " + home.databaseId()
                            + " only, since the server is copied as a whole");
        }
    }

    private record Sides(Placement placement, Server home, long databases, TargetPlan plan) {}
}
