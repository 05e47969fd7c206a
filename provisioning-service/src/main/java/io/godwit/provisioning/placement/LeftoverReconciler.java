package io.godwit.provisioning.placement;

import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import io.godwit.provisioning.server.ServerRemoval;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Removes what an earlier removal had to leave; {@link LeftoverRounds} has it try until nothing is left. */
@Component
class LeftoverReconciler {
    private static final Logger LOG = LoggerFactory.getLogger(LeftoverReconciler.class);
    /** For so long the removal that marked it is left alone; after that, doing it twice does no harm. */
    private static final Duration UNDISTURBED = Duration.ofSeconds(5);

    /** What each further try on the same server would wait for again, for as long. */
    private static final Set<String> SILENCE = Set.of("SERVER_UNREACHABLE", "SERVER_BUSY", "SERVER_TIMED_OUT");

    private final PlacementRepository placements;
    private final PlacementRemoval removal;
    private final ServerRepository servers;
    private final ServerRemoval serverRemoval;
    private final InstantSource clock;

    LeftoverReconciler(
            PlacementRepository placements,
            PlacementRemoval removal,
            ServerRepository servers,
            ServerRemoval serverRemoval,
            InstantSource clock) {
        this.placements = placements;
        this.removal = removal;
        this.servers = servers;
        this.serverRemoval = serverRemoval;
        this.clock = clock;
    }

    /** One round: returns when everything was tried once, which may take minutes. Ends early if it is interrupted. */
    void reconcile() {
        Set<String> silent = new HashSet<>();
        List<Placement> leftovers = placements.findByStateAndChangedAtBefore(
                PlacementState.REMOVING, clock.instant().minus(UNDISTURBED));
        for (Placement leftover : leftovers) {
            if (isWorthATry(leftover.serverId(), silent)) {
                remove(leftover, silent);
            }
        }
        for (Server server : servers.findByStatusIn(List.of(ServerStatus.REMOVING))) {
            if (isWorthATry(server.id(), silent)) {
                finish(server);
            }
        }
    }

    /** @param silent the servers that have just let somebody wait in vain */
    private static boolean isWorthATry(String serverId, Set<String> silent) {
        return !silent.contains(serverId) && !Thread.currentThread().isInterrupted();
    }

    private void remove(Placement leftover, Set<String> silent) {
        String operation = Objects.requireNonNullElse(
                leftover.migrationId(), leftover.databaseId().toString());
        Optional<PlacementRemoval.Leftover> left = removal.attempt(leftover.id(), operation);
        if (left.isEmpty()) {
            LOG.atInfo()
                    .setMessage("Removed what was left of a database")
                    .addKeyValue("database", leftover.databaseId())
                    .addKeyValue("server", leftover.serverId())
                    .log();
        } else if (SILENCE.contains(left.get().failure().code())) {
            silent.add(leftover.serverId());
        }
    }

    private void finish(Server server) {
        try {
            serverRemoval.finish(server.id());
        } catch (ProvisioningException e) {
            LOG.atWarn()
                    .setMessage("A server could not be removed; trying again later")
                    .addKeyValue("server", server.id())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }
}
