package io.godwit.testing;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.processes.FreePorts;
import io.godwit.processes.Parts;
import io.godwit.processes.postgresql.PostgresInstallation;
import io.godwit.processes.postgresql.PostgresLeader;
import io.godwit.processes.postgresql.PostgresServerProcess;
import io.godwit.processes.postgresql.PostgresServerSettings;
import io.godwit.processes.tls.ServerCertificate;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real PostgreSQL server with TLS, set up as the provisioning service sets up a tenant server: administrator
 * {@code godwit_admin}, replication login {@code godwit_replication}.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final String ADMINISTRATOR = "godwit_admin";
    private static final String REPLICATION = "godwit_replication";
    private static final Map<String, PostgresServer> shared = new ConcurrentHashMap<>();

    private final PostgresServerProcess process;
    private final ServerAccess access;

    private PostgresServer(PostgresServerProcess process, ServerAccess access) {
        this.process = process;
        this.access = access;
    }

    /** @return the server of this name, started on first use and stopped when the JVM ends; do not close it */
    public static PostgresServer shared(String name) {
        return shared.computeIfAbsent(name, PostgresServer::start);
    }

    /** @return a server of its own, with the fixture's settings */
    public static PostgresServer start(String name) {
        return start(name, Map.of());
    }

    /** @param parameters settings of {@code postgresql.conf} over the usual ones */
    public static PostgresServer start(String name, Map<String, String> parameters) {
        PostgresServerProcess process = process(settings(name, parameters));
        Login administrator = randomLogin(ADMINISTRATOR);
        process.initialize(TestSecrets.sealer().open(administrator.password()));
        PostgresServer server = started(process, administrator, randomLogin(REPLICATION));
        server.createReplicationLogin();
        return server;
    }

    /**
     * @param parameters settings of {@code postgresql.conf} over the usual ones
     * @return a server of its own that has all that the leader has, and follows it
     */
    public static PostgresServer startStandby(PostgresServer leader, String name, Map<String, String> parameters)
            throws SQLException {
        PostgresServerSettings settings = settings(name, parameters);
        String slot = "godwit_standby_" + settings.name();
        leader.execute("postgres", "SELECT pg_create_physical_replication_slot('" + slot + "', true)");
        ServerAddress address = leader.access.address();
        Login login = leader.access.replication();
        PostgresServerProcess process = process(settings.following(new PostgresLeader(
                address.host(),
                address.port(),
                login.user(),
                TestSecrets.sealer().open(login.password()),
                slot)));
        process.copyLeader();
        return started(process, leader.access.admin(), login);
    }

    private static PostgresServerSettings settings(String name, Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(Map.of("fsync", "off", "full_page_writes", "off"));
        all.putAll(parameters);
        String serverId = "srv_" + name + "_" + FreePorts.any();
        ServerCertificate certificate =
                TestSecrets.certificateAuthority().issue(TestDirectory.resolve(serverId + "-tls"), name, List.of());
        return new PostgresServerSettings(serverId, TestDirectory.resolve(serverId), FreePorts.any(), ADMINISTRATOR)
                .withCertificate(certificate)
                .withParameters(all);
    }

    private static PostgresServerProcess process(PostgresServerSettings settings) {
        PostgresServerProcess process = new PostgresServerProcess(installation(), settings);
        TestDirectory.killAtEnd(process);
        return process;
    }

    private static PostgresServer started(PostgresServerProcess process, Login administrator, Login replication) {
        process.start();
        process.awaitReady(START_TIMEOUT);
        ServerAccess access = new ServerAccess(
                process.settings().name(),
                EngineId.POSTGRESQL,
                installation().version(),
                new ServerAddress("127.0.0.1", process.settings().port()),
                TransportSecurity.VERIFY_CA,
                administrator,
                replication);
        return new PostgresServer(process, access);
    }

    /** The programs that the tests use; unpacked from the distribution's packages where none is installed. */
    public static PostgresInstallation installation() {
        return Installation.FOUND;
    }

    /** For the property {@code godwit.postgresql.bin-directory}. */
    public static Path binDirectory() {
        return installation().binDirectory();
    }

    /** Connects with the secrets of {@link TestSecrets}. */
    public static PostgresConnections connections() {
        return new PostgresConnections(TestSecrets.sealer(), TestSecrets.caCertificate());
    }

    public ServerAccess access() {
        return access;
    }

    /** To stop, kill and start the server in the middle of a test. */
    public PostgresServerProcess process() {
        return process;
    }

    public Connection openAdmin(String database) throws SQLException {
        return connections().openAdmin(access, database);
    }

    /** Runs statements as administrator, each in a transaction of its own. */
    public void execute(String database, String... statements) throws SQLException {
        try (Connection connection = openAdmin(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Makes the database and its owner, both named as clients know them, closed to every other tenant. */
    public PlacedDatabase createTenantDatabase(DatabaseId id) throws SQLException {
        String name = id.clientName();
        Login owner = randomLogin(name);
        execute(
                "postgres",
                "CREATE ROLE %s LOGIN PASSWORD '%s'"
                        .formatted(name, TestSecrets.sealer().open(owner.password())),
                "CREATE DATABASE %1$s OWNER %1$s".formatted(name),
                "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(name),
                "GRANT CONNECT ON DATABASE %s TO %s".formatted(name, REPLICATION));
        return new PlacedDatabase(access, name, owner);
    }

    /** Removes what {@link #createTenantDatabase} made, with everything in it; sessions are ended. */
    public void dropTenantDatabase(DatabaseId id) throws SQLException {
        execute(
                "postgres",
                "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(id.clientName()),
                "DROP ROLE IF EXISTS %s".formatted(id.clientName()));
    }

    /** @return a connection to the server itself as the database's owner; the caller closes it */
    public static Connection openOwner(PlacedDatabase database) throws SQLException {
        return openOwner(database, Map.of());
    }

    /** @param more connection properties of the driver besides the usual ones */
    public static Connection openOwner(PlacedDatabase database, Map<String, String> more) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(more);
        properties.setProperty("user", database.owner().user());
        properties.setProperty(
                "password", TestSecrets.sealer().open(database.owner().password()));
        properties.setProperty("sslmode", "verify-ca");
        properties.setProperty("sslrootcert", TestSecrets.caCertificate().toString());
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database.server().address() + "/" + database.databaseName(), properties);
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() {
        process.kill();
        process.destroy();
    }

    private void createReplicationLogin() {
        String password = TestSecrets.sealer().open(access.replication().password());
        try {
            execute("postgres", "CREATE ROLE %s REPLICATION LOGIN PASSWORD '%s'".formatted(REPLICATION, password));
        } catch (SQLException e) {
            throw new IllegalStateException("test server " + access.serverId() + " can't be set up", e);
        }
    }

    private static Login randomLogin(String user) {
        return new Login(user, TestSecrets.sealer().seal(TestSecrets.randomText()));
    }

    private static final class Installation {
        private static final PostgresInstallation FOUND =
                PostgresInstallation.locate(null, Parts.locate().directory().resolve("postgresql"));
    }
}
