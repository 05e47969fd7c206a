package io.godwit.backup.placement;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.rest.InternalClients;
import io.godwit.rest.ProblemException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Asks the provisioning service where databases live. */
@Component
public class Placements {
    private static final String NOT_FOUND = "DATABASE_NOT_FOUND";

    private final RestClient provisioning;

    Placements(InternalClients clients, ProvisioningProperties properties) {
        this.provisioning = clients.to("provisioning", properties.url());
    }

    /** @throws ProblemException the provisioning service's own, for example for an unknown database */
    public Placement of(DatabaseId database) {
        return Objects.requireNonNull(provisioning
                .get()
                .uri("/internal/v1/databases/{tenant}/{name}", database.tenant(), database.name())
                .retrieve()
                .body(Placement.class));
    }

    /** Whether the database was prepared on a server for a migration, and neither given up there nor at home. */
    public boolean isPrepared(DatabaseId database, String serverId) {
        return Arrays.stream(stated(database))
                .anyMatch(stated -> stated.state().equals("PREPARED")
                        && stated.placement().server().serverId().equals(serverId));
    }

    /**
     * What the database is on the servers where it is, for example {@code HOME}, as the provisioning service names it;
     * empty if there is no such database.
     *
     * @throws ProblemException if the provisioning service can't tell
     */
    public Optional<Set<String>> states(DatabaseId database) {
        try {
            return Optional.of(
                    Arrays.stream(stated(database)).map(StatedPlacement::state).collect(Collectors.toSet()));
        } catch (ProblemException e) {
            // Another 404 than this may come from whatever answers in the service's place.
            if (e.code().equals(NOT_FOUND)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private StatedPlacement[] stated(DatabaseId database) {
        return Objects.requireNonNull(provisioning
                .get()
                .uri("/internal/v1/databases/{tenant}/{name}/placements", database.tenant(), database.name())
                .retrieve()
                .body(StatedPlacement[].class));
    }

    /** @param state as the provisioning service names it */
    private record StatedPlacement(String state, PlacedDatabase placement) {}
}
