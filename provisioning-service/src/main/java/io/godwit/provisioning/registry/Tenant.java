package io.godwit.provisioning.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A customer whose databases are managed. */
@Entity
@Table(name = "tenant")
public class Tenant {
    @Id
    private String id;

    @Column
    private Instant createdAt;

    protected Tenant() {}

    public Tenant(String id, Instant createdAt) {
        this.id = id;
        this.createdAt = createdAt;
    }

    public String id() {
        return id;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
