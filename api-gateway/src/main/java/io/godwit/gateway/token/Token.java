package io.godwit.gateway.token;

import io.godwit.rest.Caller;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token without its secret.
 *
 * @param expiresAt null if it never expires
 */
record Token(
        String id,
        String name,
        Caller.Role role,
        @Nullable String tenant,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt) {

    Principal principal() {
        return new Principal(id, new Caller(name, role, tenant));
    }

    boolean isValidAt(Instant now) {
        return expiresAt == null || now.isBefore(expiresAt);
    }
}
