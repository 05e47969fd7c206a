package io.godwit.provisioning.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A customer whose databases are managed. The row of a deleted one stays: backups, migrations and tokens go by its id,
 * which is therefore never given again.
 */
@Entity
@Table(name = "tenant")
public class Tenant {
    @Id
    private String id;

    @Column
    private Instant createdAt;

    @Column
    private @Nullable Instant deletedAt;

    protected Tenant() {}

    public Tenant(String id, Instant createdAt) {
        this.id = id;
        this.createdAt = createdAt;
    }

    public void delete(Instant now) {
        deletedAt = now;
    }

    public boolean isDeleted() {
        return deletedAt != null;
    }

    public String id() {
        return id;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
