package io.godwit.gateway.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One changing call.
 *
 * @param address where it came from
 * @param status the HTTP status it was answered with
 */
record AuditEntry(
        long id,
        Instant at,
        String tokenId,
        String caller,
        String role,
        @Nullable String tenant,
        String address,
        String method,
        String path,
        int status) {}
