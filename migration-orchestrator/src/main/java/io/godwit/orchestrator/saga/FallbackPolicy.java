package io.godwit.orchestrator.saga;

/** What happens where a database can't be moved by replication. */
public enum FallbackPolicy {
    /** It is moved by backup and restore if that is possible and does not take too long. */
    AUTOMATIC,
    /** The migration fails, and the database stays where it is. */
    NEVER
}
