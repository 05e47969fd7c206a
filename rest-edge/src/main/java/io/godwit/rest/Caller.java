package io.godwit.rest;

import org.jspecify.annotations.Nullable;

/**
 * Who makes a request, as the gateway authenticated them. Controllers take it as a method parameter.
 *
 * @param tenant the tenant a {@code tenant-admin} or a tenant's {@code viewer} is bound to; null for the whole platform
 */
public record Caller(String name, Role role, @Nullable String tenant) {

    /** What a caller may do. */
    public enum Role {
        OPERATOR,
        TENANT_ADMIN,
        VIEWER
    }

    /** @throws ProblemException {@code 403 FORBIDDEN} unless the caller may read what belongs to the tenant */
    public void requireRead(String tenantId) {
        if (tenant != null && !tenant.equals(tenantId)) {
            throw ProblemException.forbidden(name, "read", tenantId);
        }
    }

    /** @throws ProblemException {@code 403 FORBIDDEN} unless the caller may change what belongs to the tenant */
    public void requireWrite(String tenantId) {
        requireRead(tenantId);
        if (role == Role.VIEWER) {
            throw ProblemException.forbidden(name, "change", tenantId);
        }
    }

    /** @throws ProblemException {@code 403 FORBIDDEN} unless the caller is an operator */
    public void requireOperator() {
        if (role != Role.OPERATOR) {
            throw new ProblemException(
                    403, "FORBIDDEN", "Caller '" + name + "' has the role " + role + "; expected operator");
        }
    }
}
