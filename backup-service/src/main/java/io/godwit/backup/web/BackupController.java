package io.godwit.backup.web;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.creation.BackupRequests;
import io.godwit.backup.placement.Placements;
import io.godwit.backup.restoration.RestoreRequests;
import io.godwit.engines.DatabaseId;
import io.godwit.rest.Caller;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import io.godwit.rest.ProblemException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class BackupController {
    private final BackupRepository backups;
    private final RestoreRunRepository runs;
    private final BackupRequests backupRequests;
    private final RestoreRequests restoreRequests;
    private final Placements placements;

    BackupController(
            BackupRepository backups,
            RestoreRunRepository runs,
            BackupRequests backupRequests,
            RestoreRequests restoreRequests,
            Placements placements) {
        this.backups = backups;
        this.runs = runs;
        this.backupRequests = backupRequests;
        this.restoreRequests = restoreRequests;
        this.placements = placements;
    }

    @GetMapping("/tenants/{tenant}/databases/{name}/backups")
    Page<BackupView> list(@PathVariable String tenant, @PathVariable String name, PageQuery query, Caller caller) {
        DatabaseId database = databaseId(tenant, name);
        caller.requireRead(tenant);
        List<Backup> fetched =
                backups.findPage(database.tenant(), database.name(), query.after(), Limit.of(query.fetchSize()));
        return Page.of(fetched, query, Backup::id).map(this::view);
    }

    @PostMapping("/tenants/{tenant}/databases/{name}/backups")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted create(@PathVariable String tenant, @PathVariable String name, Caller caller) {
        DatabaseId database = databaseId(tenant, name);
        caller.requireWrite(tenant);
        Backup backup = backupRequests.accept(database, placements.of(database).placement());
        return new Accepted(backup.id(), backup.status().id());
    }

    @GetMapping("/backups/{id}")
    BackupView show(@PathVariable String id, Caller caller) {
        Backup backup = find(id);
        caller.requireRead(backup.databaseId().tenant());
        return view(backup);
    }

    @PostMapping("/backups/{id}/verify")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted verify(@PathVariable String id, Caller caller) {
        Backup backup = find(id);
        caller.requireWrite(backup.databaseId().tenant());
        RestoreRun run = restoreRequests.verify(backup);
        return new Accepted(run.id(), run.status().id());
    }

    @PostMapping("/backups/{id}/restore")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted restore(@PathVariable String id, @RequestBody RestoreBody body, Caller caller) {
        Backup backup = find(id);
        String tenant = backup.databaseId().tenant();
        caller.requireWrite(tenant);
        String name =
                Objects.requireNonNullElse(body.into(), backup.databaseId().name());
        DatabaseId into = databaseId(tenant, name);
        if (!into.toString().equals(body.confirm())) {
            throw new ProblemException(
                    422,
                    "VALIDATION_FAILED",
                    "confirm is " + quoted(body.confirm()) + "; expected \"" + into + "\", because the restore replaces"
                            + " that database");
        }
        RestoreRun run = restoreRequests.restore(backup, into, Boolean.TRUE.equals(body.replace()));
        return new Accepted(run.id(), run.status().id());
    }

    private Backup find(String id) {
        return backups.findById(id)
                .orElseThrow(() -> new ProblemException(404, "BACKUP_NOT_FOUND", "Backup '" + id + "' does not exist"));
    }

    private BackupView view(Backup backup) {
        return BackupView.of(backup, last(backup, RunKind.VERIFY), last(backup, RunKind.RESTORE));
    }

    private @Nullable RestoreRun last(Backup backup, RunKind kind) {
        return runs.findFirstByBackupIdAndKindOrderByCreatedAtDesc(backup.id(), kind)
                .orElse(null);
    }

    private static DatabaseId databaseId(String tenant, String name) {
        try {
            return new DatabaseId(tenant, name);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, "INVALID_NAME", String.valueOf(e.getMessage()));
        }
    }

    private static String quoted(@Nullable String value) {
        return value == null ? "missing" : "\"" + value + "\"";
    }
}
