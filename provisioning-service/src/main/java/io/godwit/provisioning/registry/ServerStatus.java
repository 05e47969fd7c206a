package io.godwit.provisioning.registry;

/** How a server is. */
public enum ServerStatus {
    CREATING,
    READY,
    /** It did not answer when last asked. */
    UNREACHABLE,
    REMOVING
}
