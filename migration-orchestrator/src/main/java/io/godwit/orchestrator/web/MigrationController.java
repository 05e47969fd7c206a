package io.godwit.orchestrator.web;

import io.godwit.engines.DatabaseId;
import io.godwit.events.MigrationStatus;
import io.godwit.orchestrator.migration.MigrationHistory;
import io.godwit.orchestrator.migration.MigrationRunner;
import io.godwit.orchestrator.migration.MigrationTable;
import io.godwit.orchestrator.migration.Migrations;
import io.godwit.orchestrator.migration.Migrations.Order;
import io.godwit.orchestrator.saga.Decision;
import io.godwit.orchestrator.saga.Input;
import io.godwit.orchestrator.saga.Migration;
import io.godwit.rest.Caller;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import io.godwit.rest.ProblemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
class MigrationController {
    private final Migrations migrations;
    private final MigrationTable table;
    private final MigrationHistory history;
    private final MigrationRunner runner;
    private final DatabaseDirectory directory;
    private final OrderReader reader;
    private final MigrationStream stream;

    MigrationController(
            Migrations migrations,
            MigrationTable table,
            MigrationHistory history,
            MigrationRunner runner,
            DatabaseDirectory directory,
            OrderReader reader,
            MigrationStream stream) {
        this.migrations = migrations;
        this.table = table;
        this.history = history;
        this.runner = runner;
        this.directory = directory;
        this.reader = reader;
        this.stream = stream;
    }

    @PostMapping("/api/v1/tenants/{tenant}/databases/{name}/migrations")
    ResponseEntity<Object> order(
            @PathVariable String tenant, @PathVariable String name, @RequestBody MigrationRequest body, Caller caller)
            throws InterruptedException {
        DatabaseId databaseId = databaseId(tenant, name);
        caller.requireWrite(tenant);
        OrderReader.Checked checked = reader.read(body);
        Order order = checked.order(databaseId, directory.engineOf(databaseId), caller.name());
        return body.isDryRun()
                ? ResponseEntity.ok(DryRunView.of(migrations.dryRun(order)))
                : ResponseEntity.accepted().body(view(migrations.start(order)));
    }

    @GetMapping("/api/v1/migrations")
    Page<MigrationSummary> list(
            @RequestParam(required = false) @Nullable String tenant,
            @RequestParam(required = false) @Nullable String status,
            PageQuery query,
            Caller caller) {
        if (tenant != null) {
            requireTenantName(tenant);
            caller.requireRead(tenant);
        }
        String visible = tenant == null ? caller.tenant() : tenant;
        return Page.of(table.list(visible, status(status), query.after(), query.fetchSize()), query, Migration::id)
                .map(MigrationSummary::of);
    }

    @GetMapping("/api/v1/migrations/{id}")
    MigrationView show(@PathVariable String id, Caller caller) {
        return view(readable(id, caller));
    }

    @GetMapping("/api/v1/migrations/{id}/events")
    SseEmitter events(
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            Caller caller) {
        return stream.open(readable(id, caller).id(), sequence(lastEventId));
    }

    @PostMapping("/api/v1/migrations/{id}/cancel")
    ResponseEntity<MigrationView> cancel(@PathVariable String id, Caller caller) {
        return act(id, caller, new Input.CancelRequested());
    }

    @PostMapping("/api/v1/migrations/{id}/rollback")
    ResponseEntity<MigrationView> rollBack(@PathVariable String id, Caller caller) {
        return act(id, caller, new Input.RollbackRequested());
    }

    @PostMapping("/api/v1/migrations/{id}/complete")
    ResponseEntity<MigrationView> complete(@PathVariable String id, Caller caller) {
        return act(id, caller, new Input.CompleteRequested());
    }

    private ResponseEntity<MigrationView> act(String id, Caller caller, Input action) {
        Migration migration = readable(id, caller);
        caller.requireWrite(migration.databaseId().tenant());
        Decision decision = runner.handle(id, action).orElseThrow(() -> Migrations.notFound(id));
        Decision.Refusal refusal = decision.refusal();
        if (refusal != null) {
            throw new ProblemException(409, refusal.code(), refusal.detail());
        }
        return ResponseEntity.accepted().body(view(decision.next()));
    }

    private Migration readable(String id, Caller caller) {
        Migration migration = migrations.stored(id);
        caller.requireRead(migration.databaseId().tenant());
        return migration;
    }

    private MigrationView view(Migration migration) {
        return MigrationView.of(migration, history.timeline(migration.id()));
    }

    private static DatabaseId databaseId(String tenant, String name) {
        try {
            return new DatabaseId(tenant, name);
        } catch (IllegalArgumentException e) {
            throw invalidName(e);
        }
    }

    private static void requireTenantName(String tenant) {
        try {
            DatabaseId.requireName("tenant", tenant);
        } catch (IllegalArgumentException e) {
            throw invalidName(e);
        }
    }

    private static ProblemException invalidName(IllegalArgumentException e) {
        return new ProblemException(422, "INVALID_NAME", String.valueOf(e.getMessage()));
    }

    private static @Nullable MigrationStatus status(@Nullable String status) {
        if (status == null || status.isEmpty()) {
            return null;
        }
        try {
            return MigrationStatus.of(status.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "INVALID_PARAMETER", String.valueOf(e.getMessage()));
        }
    }

    private static long sequence(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseLong(lastEventId);
        } catch (NumberFormatException e) {
            throw new ProblemException(
                    400,
                    "INVALID_PARAMETER",
                    "Last-Event-ID '" + lastEventId + "' is invalid; expected the id of an event received before");
        }
    }
}
