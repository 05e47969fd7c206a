package io.godwit.provisioning.engine.redis;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.processes.redis.RedisInstallation;
import io.godwit.processes.redis.RedisInstance;
import io.godwit.processes.redis.RedisServerProcess;
import io.godwit.processes.redis.RedisServerSettings;
import io.godwit.processes.tls.CertificateAuthority;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.provisioning.engine.LocalServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/** Redis servers as local processes, with certificates of Godwit's own authority; one process per database. */
@Component
class RedisLocalServers implements LocalServers {
    private final Supplier<RedisInstallation> installation;
    private final Supplier<CertificateAuthority> authority;

    RedisLocalServers(
            RedisProperties properties,
            @Value("${godwit.home}") Path home,
            @Value("${godwit.ca-certificate}") Path caCertificate,
            @Value("${godwit.ca-key}") Path caKey) {
        // Looked for when the first server is made: who only registers servers needs neither.
        this.installation =
                SingletonSupplier.of(() -> RedisInstallation.locate(properties.serverProgram(), home.resolve("redis")));
        this.authority = SingletonSupplier.of(() -> CertificateAuthority.load(caCertificate, caKey));
    }

    @Override
    public EngineId engine() {
        return EngineId.REDIS;
    }

    @Override
    public String version() {
        return installation.get().version();
    }

    @Override
    public LocalServer open(String serverId, Path directory, int port, String administrator) {
        return new RedisLocalServer(
                new RedisServerSettings(serverId, directory, port, administrator), installation.get(), authority.get());
    }

    @Override
    public boolean hasDatabaseProcesses() {
        return true;
    }

    @Override
    public LocalServer openDatabase(PlacedDatabase database, Path directory, DatabaseOptions options) {
        RedisServerSettings settings = new RedisServerSettings(
                        database.databaseName(),
                        RedisInstance.databaseDirectory(directory, database.databaseName()),
                        database.server().address().port(),
                        database.server().admin().user())
                .withParameters(RedisDatabaseOptions.fixedAtStart(options));
        return new RedisLocalServer(settings, installation.get(), authority.get());
    }

    /** The process is opened without a certificate where it only has to be found; each start issues a new one. */
    private record RedisLocalServer(
            RedisServerSettings settings, RedisInstallation installation, CertificateAuthority authority)
            implements LocalServer {
        @Override
        public void create(String administratorPassword) {
            process().initialize(administratorPassword);
        }

        @Override
        public void start(Duration timeout) {
            RedisServerProcess process = process();
            if (process.running().isEmpty()) {
                Path tls = settings.directory().resolve("tls");
                process = new RedisServerProcess(
                        installation, settings.withCertificate(authority.issue(tls, settings.name(), List.of())));
                process.start();
            }
            process.awaitReady(timeout);
        }

        @Override
        public boolean isRunning() {
            return process().running().isPresent();
        }

        @Override
        public void destroy() {
            // Its data is thrown away: there is nothing that a clean shutdown would save.
            RedisServerProcess process = process();
            process.kill();
            process.destroy();
        }

        private RedisServerProcess process() {
            return new RedisServerProcess(installation, settings);
        }
    }
}
