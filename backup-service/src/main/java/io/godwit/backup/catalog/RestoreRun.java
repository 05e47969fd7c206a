package io.godwit.backup.catalog;

import io.godwit.engines.DatabaseId;
import io.godwit.events.Failure;
import io.godwit.rest.PublicIds;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One verification or restore of a backup. */
@Entity
@Table(name = "restore_run")
public class RestoreRun {
    @Id
    private String id;

    @Column
    private String backupId;

    @Column
    @Enumerated(EnumType.STRING)
    private RunKind kind;

    @Column
    @Enumerated(EnumType.STRING)
    private RunStatus status;

    @Column
    private String tenant;

    @Column
    private String name;

    /** Whether it had begun when the service stopped: then a restore is not simply begun again. */
    @Column
    private boolean started;

    /** What the engine has changed on the target's server only for the time of the replacement. */
    @Column
    private @Nullable String setAside;

    @Embedded
    private @Nullable RecordedFailure failure;

    @Column
    private Instant createdAt;

    @Column
    private @Nullable Instant finishedAt;

    protected RestoreRun() {}

    /** @param target the database beside which, or in place of which, the backup is restored */
    public RestoreRun(RunKind kind, String backupId, DatabaseId target, Instant now) {
        this.id = PublicIds.next("rst");
        this.kind = kind;
        this.backupId = backupId;
        this.tenant = target.tenant();
        this.name = target.name();
        this.status = RunStatus.RUNNING;
        this.createdAt = now;
    }

    public void start() {
        started = true;
    }

    public void setAside(String values) {
        setAside = values;
    }

    public void succeed(Instant now) {
        status = RunStatus.SUCCEEDED;
        finishedAt = now;
    }

    public void fail(Failure reason, Instant now) {
        status = RunStatus.FAILED;
        failure = new RecordedFailure(reason);
        finishedAt = now;
    }

    public String id() {
        return id;
    }

    public String backupId() {
        return backupId;
    }

    public RunKind kind() {
        return kind;
    }

    public RunStatus status() {
        return status;
    }

    public DatabaseId target() {
        return new DatabaseId(tenant, name);
    }

    public boolean started() {
        return started;
    }

    public @Nullable String setAside() {
        return setAside;
    }

    public @Nullable Failure failure() {
        return failure == null ? null : failure.toFailure();
    }

    public Instant createdAt() {
        return createdAt;
    }

    public @Nullable Instant finishedAt() {
        return finishedAt;
    }
}
