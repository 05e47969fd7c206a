package io.godwit.testing;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.engines.redis.RedisAccessRules;
import io.godwit.engines.redis.RedisConnections;
import io.godwit.processes.FreePorts;
import io.godwit.processes.Parts;
import io.godwit.processes.redis.RedisInstallation;
import io.godwit.processes.redis.RedisServerProcess;
import io.godwit.processes.redis.RedisServerSettings;
import io.godwit.processes.tls.ServerCertificate;
import io.lettuce.core.FlushMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real Redis server with TLS, set up as the provisioning service sets up the process of a tenant's database:
 * administrator {@code godwit_admin}, replication login {@code godwit_replication}.
 */
public final class RedisServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final String ADMINISTRATOR = "godwit_admin";
    private static final String REPLICATION = "godwit_replication";
    private static final Map<String, RedisServer> shared = new ConcurrentHashMap<>();

    private final RedisServerProcess process;
    private final ServerAccess access;

    private RedisServer(RedisServerProcess process, ServerAccess access) {
        this.process = process;
        this.access = access;
    }

    /** @return the server of this name, started on first use and stopped when the JVM ends; do not close it */
    public static RedisServer shared(String name) {
        return shared.computeIfAbsent(name, RedisServer::start);
    }

    /** @return a server of its own, with the fixture's settings */
    public static RedisServer start(String name) {
        return start(name, Map.of());
    }

    /** @param settings directives of {@code redis.conf} over the usual ones */
    public static RedisServer start(String name, Map<String, String> settings) {
        Map<String, String> directives = new HashMap<>(Map.of("appendfsync", "no"));
        directives.putAll(settings);
        String serverId = "srv_" + name + "_" + FreePorts.any();
        Path directory = TestDirectory.resolve(serverId);
        ServerCertificate certificate =
                TestSecrets.certificateAuthority().issue(TestDirectory.resolve(serverId + "-tls"), name, List.of());
        RedisServerProcess process = new RedisServerProcess(
                Installation.FOUND,
                new RedisServerSettings(serverId, directory, FreePorts.any(), ADMINISTRATOR)
                        .withCertificate(certificate)
                        .withParameters(directives));
        TestDirectory.killAtEnd(process);
        Login administrator = randomLogin(ADMINISTRATOR);
        process.initialize(TestSecrets.sealer().open(administrator.password()));
        process.start();
        process.awaitReady(START_TIMEOUT);
        RedisServer server = new RedisServer(
                process,
                new ServerAccess(
                        serverId,
                        EngineId.REDIS,
                        Installation.FOUND.version(),
                        new ServerAddress("127.0.0.1", process.settings().port()),
                        TransportSecurity.VERIFY_CA,
                        administrator,
                        randomLogin(REPLICATION)));
        server.setUser(server.access.replication(), RedisAccessRules.REPLICATION);
        return server;
    }

    /** For the property {@code godwit.redis.server-program}. */
    public static Path serverProgram() {
        return Installation.FOUND.serverProgram();
    }

    /** Connects with the secrets of {@link TestSecrets}; closed when the JVM ends. */
    public static RedisConnections connections() {
        return Connections.SHARED;
    }

    public ServerAccess access() {
        return access;
    }

    /** To stop, kill and start the server in the middle of a test. */
    public RedisServerProcess process() {
        return process;
    }

    /** @return a new connection as administrator; the caller closes it */
    public StatefulRedisConnection<byte[], byte[]> openAdmin() {
        return connections().openAdmin(access);
    }

    /** @return a new connection to the server itself as the database's owner; the caller closes it */
    public static StatefulRedisConnection<byte[], byte[]> openOwner(PlacedDatabase database) {
        return connections().open(database.server(), database.owner());
    }

    /** Makes the database's owner, named as clients know it. There is one database in a server: the server's data. */
    public PlacedDatabase createTenantDatabase(DatabaseId id) {
        String name = id.clientName();
        Login owner = randomLogin(name);
        setUser(owner, RedisAccessRules.OWNER);
        return new PlacedDatabase(access, name, owner);
    }

    /** Removes what {@link #createTenantDatabase} made and all data of the server; sessions are ended. */
    public void dropTenantDatabase(DatabaseId id) {
        try (StatefulRedisConnection<byte[], byte[]> admin = openAdmin()) {
            // Ends the user's sessions too.
            admin.sync().aclDeluser(id.clientName());
            admin.sync().aclSave();
            admin.sync().flushall();
            admin.sync().functionFlush(FlushMode.SYNC);
        }
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() {
        process.kill();
        process.destroy();
    }

    private void setUser(Login login, List<String> rules) {
        List<String> words = new ArrayList<>(List.of("SETUSER", login.user(), "reset", "on"));
        words.add(">" + TestSecrets.sealer().open(login.password()));
        words.addAll(rules);
        try (StatefulRedisConnection<byte[], byte[]> admin = openAdmin()) {
            CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
            words.forEach(word -> arguments.add(word.getBytes(StandardCharsets.UTF_8)));
            admin.sync().dispatch(CommandType.ACL, new StatusOutput<>(ByteArrayCodec.INSTANCE), arguments);
            admin.sync().aclSave();
        }
    }

    private static Login randomLogin(String user) {
        return new Login(user, TestSecrets.sealer().seal(TestSecrets.randomText()));
    }

    private static final class Installation {
        private static final RedisInstallation FOUND =
                RedisInstallation.locate(null, Parts.locate().directory().resolve("redis"));
    }

    private static final class Connections {
        private static final RedisConnections SHARED =
                new RedisConnections(TestSecrets.sealer(), TestSecrets.caCertificate());
    }
}
