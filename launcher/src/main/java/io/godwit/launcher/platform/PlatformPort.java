package io.godwit.launcher.platform;

/** The ports of the local platform: each has its usual number, and a place behind {@code GODWIT_PORT_BASE}. */
public enum PlatformPort {
    GATEWAY(8080, 0),
    PROXY_POSTGRESQL(15432, 1),
    SERVICES_DATABASE(15430, 2),
    KAFKA(19092, 3),
    KAFKA_CONTROLLER(19093, 4),
    S3(19000, 5),
    PROVISIONING(18101, 6),
    REPLICATION(18102, 7),
    PROXY(18103, 8),
    ORCHESTRATOR(18104, 9),
    BACKUP(18105, 10),
    PROXY_REDIS(16379, 11),
    /** The first of the tenant servers' ports; the provisioning service looks for free ones from here up. */
    FIRST_TENANT_SERVER(25000, 20);

    private final int usual;
    private final int offset;

    PlatformPort(int usual, int offset) {
        this.usual = usual;
        this.offset = offset;
    }

    int usual() {
        return usual;
    }

    int above(int base) {
        return base + offset;
    }

    /** Whether the platform itself listens there all the time. */
    boolean isListenedOn() {
        return this != FIRST_TENANT_SERVER;
    }
}
