package io.godwit.orchestrator.web;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.rest.InternalClients;
import io.godwit.rest.ProblemException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Asks provisioning which databases there are. */
@Component
class DatabaseDirectory {
    private final RestClient provisioning;

    DatabaseDirectory(InternalClients clients, @Value("${godwit.provisioning.url}") URI url) {
        this.provisioning = clients.to("provisioning", url);
    }

    private record Registered(@Nullable EngineId engine) {}

    /** @throws ProblemException 404 if there is no such tenant or database, 503 if provisioning does not answer */
    EngineId engineOf(DatabaseId databaseId) {
        Registered registered = provisioning
                .get()
                .uri("/internal/v1/databases/{tenant}/{name}", databaseId.tenant(), databaseId.name())
                .retrieve()
                .body(Registered.class);
        if (registered == null || registered.engine() == null) {
            throw new ProblemException(
                    502, "UPSTREAM_INVALID", "Provisioning's answer about '" + databaseId + "' names no engine");
        }
        return registered.engine();
    }
}
