package io.godwit.provisioning.engine.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.processes.postgresql.PostgresInstallation;
import io.godwit.processes.postgresql.PostgresLeader;
import io.godwit.processes.postgresql.PostgresServerProcess;
import io.godwit.processes.postgresql.PostgresServerSettings;
import io.godwit.processes.tls.CertificateAuthority;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.provisioning.engine.LocalServers;
import io.godwit.provisioning.engine.StandbyProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/** PostgreSQL servers as local processes, with certificates of Godwit's own authority. */
@Component
class PostgresLocalServers implements LocalServers {
    private final Supplier<PostgresInstallation> installation;
    private final Supplier<CertificateAuthority> authority;
    private final int maxConnections;

    PostgresLocalServers(
            PostgresProperties properties,
            @Value("${godwit.home}") Path home,
            @Value("${godwit.ca-certificate}") Path caCertificate,
            @Value("${godwit.ca-key}") Path caKey) {
        // Looked for when the first server is made: who only registers servers needs neither.
        this.installation = SingletonSupplier.of(
                () -> PostgresInstallation.locate(properties.binDirectory(), home.resolve("postgresql")));
        this.authority = SingletonSupplier.of(() -> CertificateAuthority.load(caCertificate, caKey));
        this.maxConnections = properties.maxConnections();
    }

    @Override
    public EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public String version() {
        return installation.get().version();
    }

    @Override
    public LocalServer open(String serverId, Path directory, int port, String administrator) {
        return open(serverId, directory, port, administrator, null);
    }

    /** How many a new server allows. */
    int maxConnections() {
        return maxConnections;
    }

    /** @param leader whom the server follows when it is made or started; null if it leads then */
    StandbyProcess open(
            String serverId, Path directory, int port, String administrator, @Nullable PostgresLeader leader) {
        PostgresServerSettings settings = new PostgresServerSettings(serverId, directory, port, administrator)
                .withMaxConnections(maxConnections)
                .following(leader);
        return new PostgresLocalServer(settings, installation.get(), authority.get());
    }

    /** The process is opened without a certificate where it only has to be found; each start issues a new one. */
    private record PostgresLocalServer(
            PostgresServerSettings settings, PostgresInstallation installation, CertificateAuthority authority)
            implements StandbyProcess {
        @Override
        public void create(String administratorPassword) {
            if (settings.leader() == null) {
                process().initialize(administratorPassword);
            } else {
                secureProcess().copyLeader();
            }
        }

        @Override
        public void start(Duration timeout) {
            PostgresServerProcess process = process();
            if (process.running().isEmpty()) {
                process = secureProcess();
                // What it had as a standby may have been thrown away.
                process.copyLeader();
                process.start();
            }
            process.awaitReady(timeout);
        }

        @Override
        public boolean isRunning() {
            return process().running().isPresent();
        }

        @Override
        public boolean isStandby() {
            return process().isStandby();
        }

        @Override
        public int timeline() {
            return process().timeline();
        }

        @Override
        public void stop() {
            process().stop();
        }

        @Override
        public String endOfLog() {
            return process().endOfLog();
        }

        @Override
        public void discardData() {
            process().discardData();
        }

        @Override
        public void destroy() {
            PostgresServerProcess process = process();
            // Its data is thrown away: there is nothing that a clean shutdown would save.
            process.kill();
            process.destroy();
        }

        private PostgresServerProcess process() {
            return new PostgresServerProcess(installation, settings);
        }

        private PostgresServerProcess secureProcess() {
            Path tls = settings.directory().resolve("tls");
            return new PostgresServerProcess(
                    installation, settings.withCertificate(authority.issue(tls, settings.name(), List.of())));
        }
    }
}
