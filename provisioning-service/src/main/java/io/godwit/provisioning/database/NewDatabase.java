package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.provisioning.engine.ProvisioningException;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST …/databases}.
 *
 * @param adopt takes a database that exists instead of making one; its server then says engine, tier and region
 */
record NewDatabase(
        @Nullable String name,
        @Nullable String engine,
        @Nullable String tier,
        @Nullable String region,
        @Nullable Existing adopt) {

    /** A database on a server that Godwit knows. */
    record Existing(@Nullable String server, @Nullable String database) {
        String requiredServer() {
            return required("server", server);
        }

        String requiredDatabase() {
            return required("database", database);
        }
    }

    DatabaseId id(String tenant) {
        return idOf(tenant, required("name", name));
    }

    static DatabaseId idOf(String tenant, String name) {
        try {
            return new DatabaseId(tenant, name);
        } catch (IllegalArgumentException e) {
            throw ProvisioningException.refused("INVALID_NAME", String.valueOf(e.getMessage()));
        }
    }

    private static String required(String field, @Nullable String value) {
        if (value == null) {
            throw ProvisioningException.refused("VALIDATION_FAILED", field + " is missing");
        }
        return value;
    }
}
