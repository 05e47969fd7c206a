package io.godwit.events;

/** The names of all Kafka topics. The key of every record is the database id, so that its messages stay in order. */
public final class Topics {
    public static final String PROVISIONING_COMMANDS = "godwit.provisioning.commands";
    public static final String PROVISIONING_EVENTS = "godwit.provisioning.events";
    public static final String REPLICATION_COMMANDS = "godwit.replication.commands";
    public static final String REPLICATION_EVENTS = "godwit.replication.events";
    public static final String PROXY_COMMANDS = "godwit.proxy.commands";
    public static final String PROXY_EVENTS = "godwit.proxy.events";
    public static final String BACKUP_COMMANDS = "godwit.backup.commands";
    public static final String BACKUP_EVENTS = "godwit.backup.events";

    /** Compacted: the newest {@link DatabaseRoute} of every database; a tombstone where a database was deleted. */
    public static final String ROUTES = "godwit.routes";

    /** Public CloudEvents about migrations. */
    public static final String MIGRATIONS = "godwit.migrations";

    private Topics() {}
}
