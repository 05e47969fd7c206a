package io.godwit.provisioning.tenant;

import io.godwit.provisioning.registry.Tenant;
import io.godwit.rest.Caller;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The tenants. */
@RestController
@RequestMapping("/api/v1/tenants")
class TenantController {
    private final Tenants tenants;

    TenantController(Tenants tenants) {
        this.tenants = tenants;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    TenantView create(Caller caller, @RequestBody NewTenant request) {
        caller.requireOperator();
        return TenantView.of(tenants.create(request.id()));
    }

    /** A caller who is bound to a tenant sees that one only. */
    @GetMapping
    Page<TenantView> list(Caller caller, PageQuery query) {
        return tenants.list(caller.tenant(), query).map(TenantView::of);
    }

    @GetMapping("/{id}")
    TenantView show(Caller caller, @PathVariable String id) {
        caller.requireRead(id);
        return TenantView.of(tenants.require(id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable String id) {
        caller.requireOperator();
        tenants.delete(id);
    }

    record NewTenant(@Nullable String id) {}

    record TenantView(String id, Instant createdAt) {
        static TenantView of(Tenant tenant) {
            return new TenantView(tenant.id(), tenant.createdAt());
        }
    }
}
