package io.godwit.provisioning.registry;

import java.util.Locale;

/** Where a server comes from. */
public enum ProviderKind {
    /** Godwit made it, as a local process. */
    PROCESS,
    /** Somebody else runs it. */
    REGISTERED;

    /** How the API names it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
