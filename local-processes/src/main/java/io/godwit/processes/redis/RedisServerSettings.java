package io.godwit.processes.redis;

import io.godwit.processes.tls.ServerCertificate;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one Redis server process is made of.
 *
 * @param name names the server in messages
 * @param directory holds everything of the server: its data, its log, its process record; made if absent
 * @param port on the loopback interface
 * @param administrator name of the user with all rights that is made with the directory
 * @param certificate what the server shows to its clients, who then have to use TLS; plain connections if null
 * @param parameters directives of {@code redis.conf} with which the server begins its life, over our own; what is
 *     changed later by {@code CONFIG SET} and {@code CONFIG REWRITE} stays changed
 */
public record RedisServerSettings(
        String name,
        Path directory,
        int port,
        String administrator,
        @Nullable ServerCertificate certificate,
        Map<String, String> parameters) {
    public RedisServerSettings {
        directory = directory.toAbsolutePath();
        parameters = Map.copyOf(parameters);
    }

    /** A server without TLS and with our own settings. */
    public RedisServerSettings(String name, Path directory, int port, String administrator) {
        this(name, directory, port, administrator, null, Map.of());
    }

    public RedisServerSettings withCertificate(ServerCertificate shown) {
        return new RedisServerSettings(name, directory, port, administrator, shown, parameters);
    }

    public RedisServerSettings withParameters(Map<String, String> further) {
        return new RedisServerSettings(name, directory, port, administrator, certificate, further);
    }
}
