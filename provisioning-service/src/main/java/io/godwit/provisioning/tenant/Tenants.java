package io.godwit.provisioning.tenant;

import io.godwit.engines.DatabaseId;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Tenant;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.provisioning.registry.TenantRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Who has databases. */
@Component
class Tenants {
    private final TenantRepository tenants;
    private final TenantDatabaseRepository databases;
    private final Transactions transactions;
    private final InstantSource clock;

    Tenants(
            TenantRepository tenants,
            TenantDatabaseRepository databases,
            Transactions transactions,
            InstantSource clock) {
        this.tenants = tenants;
        this.databases = databases;
        this.transactions = transactions;
        this.clock = clock;
    }

    Tenant create(@Nullable String id) {
        if (id == null) {
            throw ProvisioningException.refused("VALIDATION_FAILED", "id is missing; expected the tenant's id");
        }
        try {
            DatabaseId.requireName("tenant", id);
        } catch (IllegalArgumentException e) {
            throw ProvisioningException.refused("INVALID_NAME", String.valueOf(e.getMessage()));
        }
        return transactions.call(() -> {
            transactions.lock(Transactions.Subject.TENANT, id);
            tenants.findById(id).ifPresent(known -> {
                throw taken(known);
            });
            return tenants.save(new Tenant(id, clock.instant()));
        });
    }

    /** @param only the one tenant that may be seen; null for all */
    Page<Tenant> list(@Nullable String only, PageQuery query) {
        if (only != null) {
            return new Page<>(tenants.findByIdAndDeletedAtIsNull(only).stream().toList(), null);
        }
        List<Tenant> fetched = tenants.findByDeletedAtIsNullAndIdGreaterThanOrderById(
                Objects.requireNonNullElse(query.after(), ""), Limit.of(query.fetchSize()));
        return Page.of(fetched, query, Tenant::id);
    }

    Tenant require(String id) {
        return tenants.findByIdAndDeletedAtIsNull(id).orElseThrow(() -> missing(id));
    }

    /** Does nothing about a tenant that has been deleted before: whoever missed the answer may ask again. */
    void delete(String id) {
        transactions.run(() -> {
            transactions.lock(Transactions.Subject.TENANT, id);
            Tenant tenant = tenants.findById(id).orElseThrow(() -> missing(id));
            if (tenant.isDeleted()) {
                return;
            }
            if (databases.existsByTenant(id)) {
                throw ProvisioningException.conflict(
                        "TENANT_NOT_EMPTY", "Tenant '" + id + "' still has databases; delete them first");
            }
            tenant.delete(clock.instant());
        });
    }

    private static ProvisioningException taken(Tenant known) {
        return known.isDeleted()
                ? ProvisioningException.conflict(
                        "TENANT_ID_USED",
                        "Tenant '" + known.id() + "' was deleted, and its backups and migrations keep its id;"
                                + " expected an id that no tenant has had")
                : ProvisioningException.conflict("TENANT_EXISTS", "Tenant '" + known.id() + "' exists already");
    }

    private static ProvisioningException missing(String id) {
        return ProvisioningException.refused("TENANT_NOT_FOUND", "Tenant '" + id + "' does not exist");
    }
}
