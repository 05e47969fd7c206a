package io.godwit.provisioning.registry;

import io.godwit.engines.DatabaseId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a database's clients are led. Changed only by comparing the epoch in the same statement. */
@Entity
@Table(name = "route")
public class Route {
    @Id
    private String databaseId;

    @Column
    private long epoch;

    @Column
    private @Nullable String serverId;

    @Column
    private @Nullable String migrationId;

    @Column
    private Instant publishedAt;

    protected Route() {}

    public DatabaseId databaseId() {
        return DatabaseId.parse(databaseId);
    }

    public long epoch() {
        return epoch;
    }

    /** Null where the route has ended. */
    public @Nullable String serverId() {
        return serverId;
    }

    public @Nullable String migrationId() {
        return migrationId;
    }

    public Instant publishedAt() {
        return publishedAt;
    }
}
