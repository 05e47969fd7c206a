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
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Removes what an earlier removal had to leave, until nothing is left. */
@Component
class LeftoverReconciler {
    private static final Logger LOG = LoggerFactory.getLogger(LeftoverReconciler.class);
    /** For so long the removal that marked it is left alone; after that, doing it twice does no harm. */
    private static final Duration UNDISTURBED = Duration.ofSeconds(5);

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

    @Scheduled(initialDelayString = "PT5S", fixedDelayString = "${godwit.provisioning.reconcile-interval:PT30S}")
    void reconcile() {
        List<Placement> leftovers = placements.findByStateAndChangedAtBefore(
                PlacementState.REMOVING, clock.instant().minus(UNDISTURBED));
        for (Placement leftover : leftovers) {
            String operation = Objects.requireNonNullElse(
                    leftover.migrationId(), leftover.databaseId().toString());
            if (removal.remove(leftover.id(), operation).isEmpty()) {
                LOG.atInfo()
                        .setMessage("Removed what was left of a database")
                        .addKeyValue("database", leftover.databaseId())
                        .addKeyValue("server", leftover.serverId())
                        .log();
            }
        }
        for (Server server : servers.findByStatusIn(List.of(ServerStatus.REMOVING))) {
            finish(server);
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
