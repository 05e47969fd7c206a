package io.godwit.provisioning.server;

import io.godwit.engines.PlacedDatabase;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Asks every database that is a process of its own whether it answers, and starts those that died. */
@Component
class DatabaseHealth {
    private final PlacementRepository placements;
    private final ProcessServers processes;
    private final ServerRestarts restarts;
    private final Engines engines;

    DatabaseHealth(PlacementRepository placements, ProcessServers processes, ServerRestarts restarts, Engines engines) {
        this.placements = placements;
        this.processes = processes;
        this.restarts = restarts;
        this.engines = engines;
    }

    /** @param servers those that are watched */
    List<Callable<Boolean>> checks(List<Server> servers) {
        Map<String, Server> byId = servers.stream().collect(Collectors.toMap(Server::id, Function.identity()));
        return placements.findByPortIsNotNull().stream()
                .filter(DatabaseHealth::isMade)
                .flatMap(placement -> Optional.ofNullable(byId.get(placement.serverId()))
                        .map(server -> check(placement.id(), placement.on(server)))
                        .stream())
                .toList();
    }

    private Callable<Boolean> check(long placementId, PlacedDatabase database) {
        String name = DatabaseProcesses.lockOf(database);
        return () -> {
            boolean answers = engines.provisioner(database.server().engine()).answers(database.server());
            if (answers) {
                restarts.onAnswer(name);
            } else {
                restarts.onSilence(new ServerRestarts.Restartable(
                        name,
                        // It may have been given up for removal since it was asked.
                        () -> placements
                                .findById(placementId)
                                .filter(DatabaseHealth::isMade)
                                .isPresent(),
                        () -> processes.openDatabase(database, DatabaseOptions.SERVER_DEFAULT)));
            }
            return answers;
        };
    }

    private static boolean isMade(Placement placement) {
        return switch (placement.state()) {
            case PREPARED, HOME, FORMER -> true;
            case PREPARING, REMOVING -> false;
        };
    }
}
