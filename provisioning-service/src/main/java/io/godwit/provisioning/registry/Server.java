package io.godwit.provisioning.registry;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.Tier;
import io.godwit.engines.TransportSecurity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A database server. */
@Entity
@Table(name = "server")
public class Server {
    @Id
    private String id;

    @Column
    private @Nullable String name;

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
    private ProviderKind provider;

    @Column
    @Enumerated(EnumType.STRING)
    private ServerStatus status;

    @Column
    private boolean draining;

    @Column
    private String host;

    @Column
    private int port;

    @Column
    @Enumerated(EnumType.STRING)
    private TransportSecurity security;

    @Column
    private String version;

    @Column
    private String adminUser;

    @Column
    private String adminPassword;

    @Column
    private String replicationUser;

    @Column
    private String replicationPassword;

    @Column
    private @Nullable String madeFor;

    @Column
    private @Nullable String follows;

    @Column
    private Instant createdAt;

    protected Server() {}

    /**
     * @param access with an empty version if the server still has to be made
     * @param madeFor the operation for whose database the server is made; null if somebody asked for the server itself
     */
    public Server(
            ServerAccess access,
            @Nullable String name,
            Tier tier,
            String region,
            ProviderKind provider,
            @Nullable String madeFor,
            Instant createdAt) {
        this.id = access.serverId();
        this.name = name;
        this.engine = access.engine();
        this.tier = tier;
        this.region = region;
        this.provider = provider;
        this.status = access.version().isEmpty() ? ServerStatus.CREATING : ServerStatus.READY;
        this.host = access.address().host();
        this.port = access.address().port();
        this.security = access.security();
        this.version = access.version();
        this.adminUser = access.admin().user();
        this.adminPassword = access.admin().password().sealed();
        this.replicationUser = access.replication().user();
        this.replicationPassword = access.replication().password().sealed();
        this.madeFor = madeFor;
        this.createdAt = createdAt;
    }

    public void ready(String reportedVersion) {
        version = reportedVersion;
        status = ServerStatus.READY;
    }

    public void unreachable() {
        status = ServerStatus.UNREACHABLE;
    }

    public void remove() {
        status = ServerStatus.REMOVING;
    }

    public void drain() {
        draining = true;
    }

    /** From now on, whenever it is made or started, it is a standby of another server. */
    public void follow(String leaderId) {
        follows = leaderId;
    }

    /** From now on, whenever it is started, it leads. */
    public void lead() {
        follows = null;
    }

    /** What it had is gone; it is to be made anew, with other logins. Its version stays until then. */
    public void renew(SealedSecret admin, SealedSecret replication) {
        adminPassword = admin.sealed();
        replicationPassword = replication.sealed();
        status = ServerStatus.CREATING;
        follows = null;
    }

    /** Whether it is being made anew. Whoever asked for it had it already, and is to have it again. */
    public boolean isBeingRenewed() {
        return status == ServerStatus.CREATING && !version.isEmpty();
    }

    /** The operation that the server was made for has succeeded; a shared server then stays for others. */
    public void keepIfShared() {
        if (tier == Tier.SHARED) {
            madeFor = null;
        }
    }

    /** Whether the server has no purpose without databases, once {@code operation} is over. */
    public boolean isOnlyFor(@Nullable String operation) {
        return provider == ProviderKind.PROCESS
                && madeFor != null
                && (tier == Tier.DEDICATED || madeFor.equals(operation));
    }

    public boolean takesDatabases() {
        return !draining && (status == ServerStatus.READY || status == ServerStatus.CREATING);
    }

    public ServerAccess access() {
        return new ServerAccess(
                id,
                engine,
                version,
                new ServerAddress(host, port),
                security,
                new Login(adminUser, new SealedSecret(adminPassword)),
                new Login(replicationUser, new SealedSecret(replicationPassword)));
    }

    /** What people see: {@code draining} stands over whether it answers. */
    public String shownStatus() {
        return draining && status == ServerStatus.READY
                ? "draining"
                : status.name().toLowerCase(Locale.ROOT);
    }

    public String id() {
        return id;
    }

    public @Nullable String name() {
        return name;
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

    public ProviderKind provider() {
        return provider;
    }

    public ServerStatus status() {
        return status;
    }

    /** The server that it follows as a standby; null if it leads. */
    public @Nullable String follows() {
        return follows;
    }

    public boolean isDraining() {
        return draining;
    }

    public String version() {
        return version;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
