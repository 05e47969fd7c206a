package io.godwit.launcher.faults;

import java.util.Locale;

/** A process without which a migration does not go on. */
public enum Participant {
    ORCHESTRATOR,
    REPLICATION,
    PROVISIONING,
    PROXY,
    BACKUP,
    GATEWAY,
    KAFKA,
    SERVICES_DATABASE,
    S3,
    /** The server on which the database was before the move. */
    SOURCE,
    /** The server to which the move brings it. */
    TARGET;

    /** As the platform's status names it; the tenant servers have names of their own. */
    public String processName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public boolean isTenantServer() {
        return switch (this) {
            case SOURCE, TARGET -> true;
            case ORCHESTRATOR, REPLICATION, PROVISIONING, PROXY, BACKUP, GATEWAY, KAFKA, SERVICES_DATABASE, S3 -> false;
        };
    }
}
