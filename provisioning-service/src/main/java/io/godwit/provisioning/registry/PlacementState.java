package io.godwit.provisioning.registry;

/** What a database on a server is for. */
public enum PlacementState {
    /** It is being made, or was left half-made. */
    PREPARING,
    /** It waits for a migration to make it the home. */
    PREPARED,
    /** The route leads here. */
    HOME,
    /** It was the home until a migration that can still be rolled back. */
    FORMER,
    /** It is of no use any more; the row stays until everything has gone. */
    REMOVING
}
