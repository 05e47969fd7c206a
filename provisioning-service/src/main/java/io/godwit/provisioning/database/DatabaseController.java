package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.provisioning.server.ProvisioningProperties;
import io.godwit.provisioning.server.RegionName;
import io.godwit.provisioning.server.ServerTerms;
import io.godwit.rest.Caller;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** One tenant's databases. */
@RestController
@RequestMapping("/api/v1/tenants/{tenant}/databases")
class DatabaseController {
    private final DatabaseCreation creation;
    private final DatabaseAdoption adoption;
    private final DatabaseDeletion deletion;
    private final DatabaseViews views;
    private final ProvisioningProperties properties;

    DatabaseController(
            DatabaseCreation creation,
            DatabaseAdoption adoption,
            DatabaseDeletion deletion,
            DatabaseViews views,
            ProvisioningProperties properties) {
        this.creation = creation;
        this.adoption = adoption;
        this.deletion = deletion;
        this.views = views;
        this.properties = properties;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    DatabaseView create(Caller caller, @PathVariable String tenant, @RequestBody NewDatabase request) {
        caller.requireWrite(tenant);
        DatabaseId id = request.id(tenant);
        if (request.adopt() != null) {
            return adopt(caller, id, request.adopt());
        }
        EngineId engine = ServerTerms.engine(request.engine());
        Tier tier = ServerTerms.tier(request.tier());
        String region = RegionName.require(Objects.requireNonNullElse(request.region(), properties.defaultRegion()));
        return views.show(id, creation.create(id, engine, tier, region));
    }

    @PostMapping("/{name}/adopt")
    @ResponseStatus(HttpStatus.CREATED)
    DatabaseView adopt(
            Caller caller,
            @PathVariable String tenant,
            @PathVariable String name,
            @RequestBody NewDatabase.Existing existing) {
        return adopt(caller, NewDatabase.idOf(tenant, name), existing);
    }

    @GetMapping
    Page<DatabaseView> list(Caller caller, @PathVariable String tenant, PageQuery query) {
        caller.requireRead(tenant);
        return views.list(tenant, query);
    }

    @GetMapping("/{name}")
    DatabaseView show(Caller caller, @PathVariable String tenant, @PathVariable String name) {
        caller.requireRead(tenant);
        return views.show(NewDatabase.idOf(tenant, name), null);
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable String tenant, @PathVariable String name) {
        caller.requireWrite(tenant);
        deletion.delete(NewDatabase.idOf(tenant, name));
    }

    /** Only operators know servers and what else is on them. */
    private DatabaseView adopt(Caller caller, DatabaseId id, NewDatabase.Existing existing) {
        caller.requireOperator();
        return views.show(id, adoption.adopt(id, existing.requiredServer(), existing.requiredDatabase()));
    }
}
