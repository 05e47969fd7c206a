package io.godwit.backup.placement;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.rest.InternalClients;
import java.util.Arrays;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Asks the provisioning service where databases live. */
@Component
public class Placements {
    private final RestClient provisioning;

    Placements(InternalClients clients, ProvisioningProperties properties) {
        this.provisioning = clients.to("provisioning", properties.url());
    }

    /** @throws io.godwit.rest.ProblemException the provisioning service's own, for example for an unknown database */
    public Placement of(DatabaseId database) {
        return Objects.requireNonNull(provisioning
                .get()
                .uri("/internal/v1/databases/{tenant}/{name}", database.tenant(), database.name())
                .retrieve()
                .body(Placement.class));
    }

    /** Whether the database was prepared on a server for a migration, and neither given up there nor at home. */
    public boolean isPrepared(DatabaseId database, String serverId) {
        StatedPlacement[] all = Objects.requireNonNull(provisioning
                .get()
                .uri("/internal/v1/databases/{tenant}/{name}/placements", database.tenant(), database.name())
                .retrieve()
                .body(StatedPlacement[].class));
        return Arrays.stream(all)
                .anyMatch(stated -> stated.state().equals("PREPARED")
                        && stated.placement().server().serverId().equals(serverId));
    }

    /** @param state as the provisioning service names it */
    private record StatedPlacement(String state, PlacedDatabase placement) {}
}
