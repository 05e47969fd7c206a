package io.godwit.provisioning.server;

import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.provisioning.engine.ProvisioningException;
import org.jspecify.annotations.Nullable;

/** Reads the words with which callers say what kind of server they mean. */
public final class ServerTerms {
    private ServerTerms() {}

    public static EngineId engine(@Nullable String id) {
        if (id == null) {
            throw ProvisioningException.refused(
                    "VALIDATION_FAILED", "engine is missing; expected one of " + EngineId.allIds());
        }
        try {
            return EngineId.of(id);
        } catch (IllegalArgumentException e) {
            throw ProvisioningException.refused("UNKNOWN_ENGINE", String.valueOf(e.getMessage()));
        }
    }

    /** @param id null means shared */
    public static Tier tier(@Nullable String id) {
        try {
            return id == null ? Tier.SHARED : Tier.of(id);
        } catch (IllegalArgumentException e) {
            throw ProvisioningException.refused("UNKNOWN_TIER", String.valueOf(e.getMessage()));
        }
    }
}
