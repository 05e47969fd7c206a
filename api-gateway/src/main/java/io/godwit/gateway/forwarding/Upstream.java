package io.godwit.gateway.forwarding;

import io.godwit.gateway.GatewayProperties;
import java.net.URI;
import java.util.List;

/** The services behind the gateway. */
enum Upstream {
    PROVISIONING,
    ORCHESTRATOR,
    BACKUP;

    /** The public paths that the service serves; no two services serve the same. */
    List<String> paths() {
        return switch (this) {
            case PROVISIONING ->
                List.of(
                        "/api/v1/tenants",
                        "/api/v1/tenants/{tenant}",
                        "/api/v1/tenants/{tenant}/databases",
                        "/api/v1/tenants/{tenant}/databases/{name}",
                        "/api/v1/tenants/{tenant}/databases/{name}/adopt",
                        "/api/v1/servers",
                        "/api/v1/servers/{id}",
                        "/api/v1/servers/{id}/drain");
            case ORCHESTRATOR ->
                List.of(
                        "/api/v1/tenants/{tenant}/databases/{name}/migrations",
                        "/api/v1/migrations",
                        "/api/v1/migrations/{id}",
                        "/api/v1/migrations/{id}/events",
                        "/api/v1/migrations/{id}/cancel",
                        "/api/v1/migrations/{id}/rollback",
                        "/api/v1/migrations/{id}/complete");
            case BACKUP ->
                List.of(
                        "/api/v1/tenants/{tenant}/databases/{name}/backups",
                        "/api/v1/backups/{id}",
                        "/api/v1/backups/{id}/restore",
                        "/api/v1/backups/{id}/verify");
        };
    }

    URI uri(GatewayProperties.Upstreams configured) {
        return switch (this) {
            case PROVISIONING -> configured.provisioning();
            case ORCHESTRATOR -> configured.orchestrator();
            case BACKUP -> configured.backup();
        };
    }
}
