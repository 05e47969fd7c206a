package io.godwit.provisioning.server;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.rest.InternalClients;
import io.godwit.rest.ProblemException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Keeps new databases off a server and asks for a migration of each that is there. */
@Component
class ServerDrain {
    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final Transactions transactions;
    private final RestClient orchestrator;

    ServerDrain(
            ServerRepository servers,
            PlacementRepository placements,
            Transactions transactions,
            InternalClients clients,
            @Value("${godwit.orchestrator.url}") URI orchestrator) {
        this.servers = servers;
        this.placements = placements;
        this.transactions = transactions;
        this.orchestrator = clients.to("orchestrator", orchestrator);
    }

    /**
     * What was asked for one database.
     *
     * @param migration its migration's id; null if the migration was refused
     * @param code why it was refused; null if it was not
     */
    record Asked(
            DatabaseId database,
            @Nullable String migration,
            @Nullable String code,
            @Nullable String detail) {}

    /** What is still on its way to the server is not moved, but told: who asks again when it is there has it moved. */
    List<Asked> drain(String serverId) {
        Server drained = transactions.call(() -> {
            transactions.lock(Transactions.Subject.SERVERS, "");
            Server server = servers.findAndLock(serverId)
                    .orElseThrow(() -> ProvisioningException.refused(
                            "SERVER_NOT_FOUND", "Server '" + serverId + "' does not exist"));
            server.drain();
            return server;
        });
        return placements.findByServerIdOrderById(serverId).stream()
                .flatMap(placement -> switch (placement.state()) {
                    case HOME -> Stream.of(askForMigration(placement.databaseId(), drained.tier()));
                    case PREPARING, PREPARED -> Stream.of(underWay(placement));
                    case FORMER, REMOVING -> Stream.empty();
                })
                .toList();
    }

    /** Asking for a migration would move it from wherever it lives if the one that brings it has just failed. */
    private static Asked underWay(Placement placement) {
        DatabaseId database = placement.databaseId();
        String migration = placement.migrationId();
        return migration == null
                ? new Asked(
                        database,
                        null,
                        "DATABASE_BUSY",
                        "Database " + database + " is just being made there; drain the server again afterwards")
                : new Asked(
                        database,
                        null,
                        "MIGRATION_IN_PROGRESS",
                        "Database " + database + " is being moved there by migration " + migration
                                + "; drain the server again when that has ended");
    }

    private Asked askForMigration(DatabaseId database, Tier tier) {
        try {
            MigrationAnswer answer = orchestrator
                    .post()
                    .uri("/api/v1/tenants/{tenant}/databases/{name}/migrations", database.tenant(), database.name())
                    .body(new MigrationWish(tier))
                    .retrieve()
                    .body(MigrationAnswer.class);
            return new Asked(database, answer == null ? null : answer.id(), null, null);
        } catch (ProblemException e) {
            return new Asked(database, null, e.code(), e.getMessage());
        }
    }

    private record MigrationWish(Tier to) {}

    private record MigrationAnswer(@Nullable String id) {}
}
