package io.godwit.backup.catalog;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.events.MessageJson;
import io.godwit.events.StepRef;
import io.godwit.rest.PublicIds;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
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

    @Column
    private @Nullable Instant interruptedAt;

    /** Whether a {@link RunKind#RESTORE} may replace what the database holds. */
    @Column
    private boolean replaceContents;

    /** What the engine has changed on the target's server only for the time of the replacement. */
    @Column
    private @Nullable String setAside;

    @Embedded
    private @Nullable RecordedFailure failure;

    @Column
    private Instant createdAt;

    @Column
    private @Nullable Instant finishedAt;

    @Column
    private @Nullable String migrationId;

    @Column
    private @Nullable Integer attempt;

    /** JSON, with sealed passwords. */
    @Column
    private @Nullable String placement;

    /** When nothing was left there any more. */
    @Column
    private @Nullable Instant clearedAt;

    @Column
    private @Nullable Long rows;

    @Column
    private @Nullable Integer tables;

    @Column
    private @Nullable String digest;

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

    /** @param into the migration's target */
    public static RestoreRun move(StepRef step, String backupId, PlacedDatabase into, Instant now) {
        RestoreRun run = new RestoreRun(RunKind.MOVE, backupId, step.databaseId(), now);
        run.migrationId = step.migrationId();
        run.attempt = step.attempt();
        run.beside(into);
        return run;
    }

    /** @param replaceContents whether what the database holds may be replaced */
    public static RestoreRun restore(String backupId, DatabaseId into, boolean replaceContents, Instant now) {
        RestoreRun run = new RestoreRun(RunKind.RESTORE, backupId, into, now);
        run.replaceContents = replaceContents;
        return run;
    }

    public void start(Instant now) {
        if (started && interruptedAt == null) {
            interruptedAt = now;
        }
        started = true;
    }

    /** @param database beside which the scratch database is made */
    public void beside(PlacedDatabase database) {
        placement = MessageJson.mapper().writeValueAsString(database);
    }

    /** Nothing of the scratch database is left. */
    public void cleared(Instant now) {
        clearedAt = now;
    }

    public void setAside(String values) {
        setAside = values;
    }

    public void restored(long rowCount, int tableCount, String contents) {
        rows = rowCount;
        tables = tableCount;
        digest = contents;
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

    /** The step of the migration it is for; null unless it is a {@link RunKind#MOVE}. */
    public @Nullable StepRef step() {
        String migration = migrationId;
        Integer number = attempt;
        return migration == null || number == null ? null : new StepRef(migration, target(), number);
    }

    /**
     * Beside which database the scratch database is made; of a {@link RunKind#MOVE} the target.
     *
     * @throws NullPointerException if the run has not come to that
     */
    public PlacedDatabase placement() {
        return MessageJson.mapper().readValue(Objects.requireNonNull(placement), PlacedDatabase.class);
    }

    public long rows() {
        return Objects.requireNonNull(rows);
    }

    public int tables() {
        return Objects.requireNonNull(tables);
    }

    public String digest() {
        return Objects.requireNonNull(digest);
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

    /** When an earlier start of it was first found interrupted; null if none was. */
    public @Nullable Instant interruptedAt() {
        return interruptedAt;
    }

    public boolean replaceContents() {
        return replaceContents;
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
