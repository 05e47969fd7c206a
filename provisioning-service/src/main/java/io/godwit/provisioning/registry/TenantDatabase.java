package io.godwit.provisioning.registry;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.events.MigrationEvent;
import io.godwit.events.MigrationStatus;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A tenant's database, wherever it lives. */
@Entity
@Table(name = "tenant_database")
public class TenantDatabase {
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
    private Tier tier;

    @Column
    private String region;

    @Column
    @Enumerated(EnumType.STRING)
    private MigrationStatus status;

    @Column
    @Enumerated(EnumType.STRING)
    private @Nullable Unfinished unfinished;

    @Column
    private String verifier;

    @Column
    private @Nullable String lastMigrationId;

    @Column
    @Enumerated(EnumType.STRING)
    private @Nullable MigrationStatus lastMigrationStatus;

    @Column
    private long lastMigrationSequence;

    @Column
    private @Nullable Instant lastMigrationAt;

    @Column
    private Instant createdAt;

    /** How the database comes under management, until it is done. */
    public enum Unfinished {
        CREATION,
        ADOPTION
    }

    protected TenantDatabase() {}

    /** @param verifier by which clients' passwords are checked */
    public TenantDatabase(
            DatabaseId id,
            EngineId engine,
            Tier tier,
            String region,
            String verifier,
            Unfinished unfinished,
            Instant createdAt) {
        this.id = id.toString();
        this.tenant = id.tenant();
        this.name = id.name();
        this.engine = engine;
        this.tier = tier;
        this.region = region;
        this.status = MigrationStatus.PENDING;
        this.unfinished = unfinished;
        this.verifier = verifier;
        this.createdAt = createdAt;
    }

    public void finish() {
        unfinished = null;
        status = MigrationStatus.READY;
    }

    public void movedTo(Server server) {
        tier = server.tier();
        region = server.region();
    }

    public void changeVerifier(String fresh) {
        verifier = fresh;
    }

    /** Ignores what is older than what is known. */
    public void onMigration(MigrationEvent event) {
        boolean sameMigration = event.migrationId().equals(lastMigrationId);
        boolean stale = sameMigration
                ? event.sequence() <= lastMigrationSequence
                : lastMigrationAt != null && event.at().isBefore(lastMigrationAt);
        if (stale) {
            return;
        }
        lastMigrationId = event.migrationId();
        lastMigrationStatus = event.status();
        lastMigrationSequence = event.sequence();
        lastMigrationAt = event.at();
        status = event.status();
    }

    public boolean isMigrating() {
        return unfinished == null
                && switch (status) {
                    case PENDING, MIGRATING_SYNC, MIGRATING -> true;
                    case READY, FAILED, CANCELLED, ROLLED_BACK -> false;
                };
    }

    public DatabaseId id() {
        return new DatabaseId(tenant, name);
    }

    public EngineId engine() {
        return engine;
    }

    public Tier tier() {
        return tier;
    }

    public String region() {
        return region;
    }

    public MigrationStatus status() {
        return status;
    }

    public @Nullable Unfinished unfinished() {
        return unfinished;
    }

    public String verifier() {
        return verifier;
    }

    public @Nullable String lastMigrationId() {
        return lastMigrationId;
    }

    public @Nullable MigrationStatus lastMigrationStatus() {
        return lastMigrationStatus;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
