package io.godwit.provisioning.registry;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A database on a server. The row is there before anything is made and until everything has gone. */
@Entity
@Table(name = "placement")
public class Placement {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Column
    private String databaseId;

    @Column
    private String serverId;

    @Column
    private String databaseName;

    @Column
    private String ownerUser;

    @Column
    private String ownerPassword;

    @Column
    @Enumerated(EnumType.STRING)
    private PlacementState state;

    @Column
    private @Nullable String migrationId;

    @Column
    private Instant changedAt;

    protected Placement() {}

    /** @param migrationId null for the first home of a database */
    public Placement(
            DatabaseId database,
            String serverId,
            String databaseName,
            Login owner,
            @Nullable String migrationId,
            Instant now) {
        this.databaseId = database.toString();
        this.serverId = serverId;
        this.databaseName = databaseName;
        this.ownerUser = owner.user();
        this.ownerPassword = owner.password().sealed();
        this.state = PlacementState.PREPARING;
        this.migrationId = migrationId;
        this.changedAt = now;
    }

    public void become(PlacementState next, @Nullable String migration, Instant now) {
        state = next;
        migrationId = migration;
        changedAt = now;
    }

    public boolean isOf(String migration) {
        return migration.equals(migrationId);
    }

    public long id() {
        if (id == null) {
            throw new IllegalStateException("a placement has no id yet; expected it to be saved");
        }
        return id;
    }

    public DatabaseId databaseId() {
        return DatabaseId.parse(databaseId);
    }

    public String serverId() {
        return serverId;
    }

    public String databaseName() {
        return databaseName;
    }

    public Login owner() {
        return new Login(ownerUser, new SealedSecret(ownerPassword));
    }

    public PlacementState state() {
        return state;
    }

    public @Nullable String migrationId() {
        return migrationId;
    }

    public Instant changedAt() {
        return changedAt;
    }

    public PlacedDatabase on(Server server) {
        return new PlacedDatabase(server.access(), databaseName, owner());
    }
}
