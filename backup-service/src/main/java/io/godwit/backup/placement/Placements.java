package io.godwit.backup.placement;

import io.godwit.engines.DatabaseId;
import io.godwit.rest.InternalClients;
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
}
