package io.godwit.processes.postgresql;

import io.godwit.processes.tls.ServerCertificate;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one PostgreSQL server process is made of.
 *
 * @param name names the server in messages
 * @param directory holds everything of the server: its data, its log, its process record; made if absent
 * @param port on the loopback interface
 * @param administrator name of the superuser that is made with the data directory
 * @param certificate what the server shows to its clients, who then have to use TLS; plain connections if null
 * @param leader whom the server follows as a standby whenever it starts; null if it leads
 * @param parameters further settings of {@code postgresql.conf}, over our own
 */
public record PostgresServerSettings(
        String name,
        Path directory,
        int port,
        String administrator,
        int maxConnections,
        @Nullable ServerCertificate certificate,
        @Nullable PostgresLeader leader,
        Map<String, String> parameters) {
    private static final int MAX_CONNECTIONS = 200;

    public PostgresServerSettings {
        directory = directory.toAbsolutePath();
        parameters = Map.copyOf(parameters);
    }

    /** A server without TLS and with our own settings. */
    public PostgresServerSettings(String name, Path directory, int port, String administrator) {
        this(name, directory, port, administrator, MAX_CONNECTIONS, null, null, Map.of());
    }

    public PostgresServerSettings withCertificate(ServerCertificate shown) {
        return new PostgresServerSettings(
                name, directory, port, administrator, maxConnections, shown, leader, parameters);
    }

    public PostgresServerSettings withParameters(Map<String, String> further) {
        return new PostgresServerSettings(
                name, directory, port, administrator, maxConnections, certificate, leader, further);
    }

    public PostgresServerSettings withMaxConnections(int connections) {
        return new PostgresServerSettings(
                name, directory, port, administrator, connections, certificate, leader, parameters);
    }

    public PostgresServerSettings following(@Nullable PostgresLeader followed) {
        return new PostgresServerSettings(
                name, directory, port, administrator, maxConnections, certificate, followed, parameters);
    }

    Path dataDirectory() {
        return directory.resolve("data");
    }
}
