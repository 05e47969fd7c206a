package io.godwit.provisioning.registry;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
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
    private @Nullable Integer port;

    @Column
    @Enumerated(EnumType.STRING)
    private PlacementState state;

    @Column
    private @Nullable String migrationId;

    @Column
    private Instant changedAt;

    protected Placement() {}

    /**
     * @param port of the database's own process; null where it shares the server's
     * @param migrationId null for the first home of a database
     */
    public Placement(
            DatabaseId database,
            String serverId,
            String databaseName,
            Login owner,
            @Nullable Integer port,
            @Nullable String migrationId,
            Instant now) {
        this.databaseId = database.toString();
        this.serverId = serverId;
        this.databaseName = databaseName;
        this.ownerUser = owner.user();
        this.ownerPassword = owner.password().sealed();
        this.port = port;
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

    /** Whether the database is a process of its own. */
    public boolean hasOwnProcess() {
        return port != null;
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
        return on(server.access());
    }

    /** A database that is a process of its own is reached there, with the logins of its server. */
    public PlacedDatabase on(ServerAccess server) {
        return new PlacedDatabase(port == null ? server : at(port, server), databaseName, owner());
    }

    private static ServerAccess at(int port, ServerAccess server) {
        return new ServerAccess(
                server.serverId(),
                server.engine(),
                server.version(),
                new ServerAddress(server.address().host(), port),
                server.security(),
                server.admin(),
                server.replication());
    }
}
