package io.godwit.backup.catalog;

import io.godwit.engines.DatabaseId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A database that was deleted and has backups still. */
@Entity
@Table(name = "gone_database")
public class GoneDatabase {
    @Id
    private String databaseId;

    @Column
    private Instant noticedAt;

    protected GoneDatabase() {}

    public GoneDatabase(DatabaseId database, Instant now) {
        this.databaseId = database.toString();
        this.noticedAt = now;
    }

    /** Since when it is known to have been deleted. */
    public Instant noticedAt() {
        return noticedAt;
    }
}
