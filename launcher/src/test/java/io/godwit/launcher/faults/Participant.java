package io.godwit.launcher.faults;

import java.util.Locale;

/** Who takes part in a migration. */
public enum Participant {
    ORCHESTRATOR(Kind.SERVICE),
    REPLICATION(Kind.SERVICE),
    PROVISIONING(Kind.SERVICE),
    PROXY(Kind.SERVICE),
    BACKUP(Kind.SERVICE),
    KAFKA(Kind.INFRASTRUCTURE),
    SERVICES_DATABASE(Kind.INFRASTRUCTURE),
    S3(Kind.INFRASTRUCTURE),
    /** The server on which the database was before the move. */
    SOURCE(Kind.TENANT_SERVER),
    /** The server to which the move brings it. */
    TARGET(Kind.TENANT_SERVER);

    /** What kind of process it is. */
    public enum Kind {
        SERVICE,
        INFRASTRUCTURE,
        /** Its process's name is that of the server. */
        TENANT_SERVER
    }

    private final Kind kind;

    Participant(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** As the platform's status names it, but for tenant servers. */
    public String processName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
