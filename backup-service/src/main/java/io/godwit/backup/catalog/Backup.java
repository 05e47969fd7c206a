package io.godwit.backup.catalog;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One backup, from its acceptance to long after its removal. */
@Entity
@Table(name = "backup")
public class Backup {
    @Id
    private String id;

    @Column
    private String tenant;

    @Column
    private String name;

    @Column
    @Enumerated(EnumType.STRING)
    private EngineId engine;

    @Column
    @Enumerated(EnumType.STRING)
    private BackupReason reason;

    @Column
    private @Nullable String migrationId;

    @Column
    private @Nullable Integer attempt;

    @Column
    @Enumerated(EnumType.STRING)
    private BackupStatus status;

    /** JSON, with sealed passwords. */
    @Column
    private String source;

    /** Counts the starts; a run that was overtaken by a later one has nothing to say. */
    @Column
    private int run;

    @Column
    private long bytes;

    @Column
    private @Nullable String sha256;

    @Column
    private @Nullable String engineVersion;

    @Column
    private @Nullable Integer tables;

    @Column
    private @Nullable Long rows;

    @Embedded
    private @Nullable RecordedFailure failure;

    /** The size of the database on its server. */
    @Column
    private @Nullable Long databaseBytes;

    @Column
    private Instant createdAt;

    @Column
    private @Nullable Instant startedAt;

    @Column
    private @Nullable Instant completedAt;

    @Column
    private @Nullable Instant deletedAt;

    @Column
    private @Nullable Instant objectsRemovedAt;

    protected Backup() {}

    private Backup(DatabaseId database, PlacedDatabase source, BackupReason reason, Instant now) {
        this.id = PublicIds.next("bkp");
        this.tenant = database.tenant();
        this.name = database.name();
        this.engine = source.server().engine();
        this.source = MessageJson.mapper().writeValueAsString(source);
        this.reason = reason;
        this.status = BackupStatus.PENDING;
        this.createdAt = now;
    }

    public static Backup requested(DatabaseId database, PlacedDatabase source, Instant now) {
        return new Backup(database, source, BackupReason.REQUESTED, now);
    }

    public static Backup safety(StepRef step, PlacedDatabase source, Instant now) {
        Backup backup = new Backup(step.databaseId(), source, BackupReason.SAFETY, now);
        backup.migrationId = step.migrationId();
        backup.attempt = step.attempt();
        return backup;
    }

    /** @return the number of this run */
    public int start(Instant now) {
        status = BackupStatus.RUNNING;
        startedAt = now;
        bytes = 0;
        run++;
        return run;
    }

    public boolean isRun(int number) {
        return status == BackupStatus.RUNNING && run == number;
    }

    public void progress(long soFar) {
        bytes = soFar;
    }

    public void measured(long databaseSize) {
        databaseBytes = databaseSize;
    }

    public void complete(long size, String checksum, String version, int tableCount, long rowCount, Instant now) {
        status = BackupStatus.COMPLETED;
        bytes = size;
        sha256 = checksum;
        engineVersion = version;
        tables = tableCount;
        rows = rowCount;
        completedAt = now;
    }

    public void fail(Failure reasonOfFailure, Instant now) {
        status = BackupStatus.FAILED;
        bytes = 0;
        failure = new RecordedFailure(reasonOfFailure);
        completedAt = now;
    }

    public void delete(Instant now) {
        status = BackupStatus.DELETED;
        deletedAt = now;
    }

    public void objectsRemoved(Instant now) {
        objectsRemovedAt = now;
    }

    public String id() {
        return id;
    }

    public DatabaseId databaseId() {
        return new DatabaseId(tenant, name);
    }

    public EngineId engine() {
        return engine;
    }

    public BackupReason reason() {
        return reason;
    }

    public BackupStatus status() {
        return status;
    }

    public boolean isFinished() {
        return status != BackupStatus.PENDING && status != BackupStatus.RUNNING;
    }

    public PlacedDatabase source() {
        return MessageJson.mapper().readValue(source, PlacedDatabase.class);
    }

    /** The step of the migration it was taken for. */
    public Optional<StepRef> step() {
        String migration = migrationId;
        Integer number = attempt;
        return migration == null || number == null
                ? Optional.empty()
                : Optional.of(new StepRef(migration, databaseId(), number));
    }

    public @Nullable String migrationId() {
        return migrationId;
    }

    public long bytes() {
        return bytes;
    }

    public @Nullable String sha256() {
        return sha256;
    }

    public @Nullable String engineVersion() {
        return engineVersion;
    }

    public @Nullable Integer tables() {
        return tables;
    }

    public @Nullable Long rows() {
        return rows;
    }

    public @Nullable Failure failure() {
        return failure == null ? null : failure.toFailure();
    }

    /**
     * How many bytes of the database were backed up in a second.
     *
     * @throws NullPointerException where that was not measured
     */
    public long measuredBytesPerSecond() {
        long millis = Duration.between(Objects.requireNonNull(startedAt), Objects.requireNonNull(completedAt))
                .toMillis();
        return Math.max(1, Objects.requireNonNull(databaseBytes) * 1000 / Math.max(1, millis));
    }

    public Instant createdAt() {
        return createdAt;
    }

    public @Nullable Instant completedAt() {
        return completedAt;
    }

    public @Nullable Instant deletedAt() {
        return deletedAt;
    }

    public @Nullable Instant objectsRemovedAt() {
        return objectsRemovedAt;
    }
}
