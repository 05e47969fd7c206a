package io.godwit.launcher.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Godwit's services, in the order in which they are started. */
enum PlatformService {
    /** Reads the routes from the beginning before it is ready, so it goes first. */
    PROXY("proxy", "routing-proxy", PlatformPort.PROXY, false, true, "192m"),
    PROVISIONING("provisioning", "provisioning-service", PlatformPort.PROVISIONING, true, false, "192m"),
    REPLICATION("replication", "replication-service", PlatformPort.REPLICATION, true, false, "256m"),
    ORCHESTRATOR("orchestrator", "migration-orchestrator", PlatformPort.ORCHESTRATOR, true, false, "192m"),
    BACKUP("backup", "backup-service", PlatformPort.BACKUP, true, false, "256m"),
    GATEWAY("gateway", "api-gateway", PlatformPort.GATEWAY, true, false, "192m");

    private final String id;
    private final String module;
    private final PlatformPort port;
    private final boolean keepsState;
    private final boolean onQueryPath;
    private final String maxHeap;

    PlatformService(
            String id, String module, PlatformPort port, boolean keepsState, boolean onQueryPath, String maxHeap) {
        this.id = id;
        this.module = module;
        this.port = port;
        this.keepsState = keepsState;
        this.onQueryPath = onQueryPath;
        this.maxHeap = maxHeap;
    }

    /** Its name to people, in URLs and logs; also the name of its schema. */
    String id() {
        return id;
    }

    String module() {
        return module;
    }

    PlatformPort port() {
        return port;
    }

    /** Whether it has a schema of its own in the services' database. */
    boolean keepsState() {
        return keepsState;
    }

    /**
     * Whether every query passes through it, so that the JVM's optimising compiler earns its start-up time. The others
     * wait for databases and disks most of the time, and start in half the time without it.
     */
    boolean isOnQueryPath() {
        return onQueryPath;
    }

    String maxHeap() {
        return maxHeap;
    }

    static List<String> schemas() {
        return Arrays.stream(values())
                .filter(PlatformService::keepsState)
                .map(PlatformService::id)
                .toList();
    }

    static Optional<PlatformService> find(String id) {
        return Arrays.stream(values()).filter(service -> service.id.equals(id)).findFirst();
    }
}
