package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.godwit.launcher.platform.ProcessStatus.Kind;
import io.godwit.launcher.platform.ProcessStatus.State;
import io.godwit.processes.FreePorts;
import io.godwit.processes.redis.RedisInstallation;
import io.godwit.processes.redis.RedisInstance;
import io.godwit.processes.redis.RedisServerProcess;
import io.godwit.processes.redis.RedisServerSettings;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The servers' folder as the provisioning service leaves it; the rest of the platform does not run. */
class RedisProcessesIT {
    @Test
    void aRedisServerAndItsDatabasesAreShownAndStopped() throws Exception {
        Path home = Files.createDirectories(TestDirectory.resolve("redis-processes"));
        LocalPlatform platform = LocalPlatform.of(Map.of("GODWIT_HOME", home.toString()));
        Path server = home.resolve("servers/srv_host");
        RedisServerProcess host = start("srv_host", server);
        RedisServerProcess database = start("cart__acme", RedisInstance.databaseDirectory(server, "cart__acme"));

        assertThat(platform.status())
                .filteredOn(process -> process.kind() == Kind.TENANT_SERVER)
                .allSatisfy(process -> assertThat(process.state()).isEqualTo(State.READY))
                .extracting(ProcessStatus::name, ProcessStatus::port)
                .containsExactly(
                        tuple("srv_host", host.settings().port()),
                        tuple("srv_host/cart__acme", database.settings().port()));

        assertThat(platform.stop()).containsExactlyInAnyOrder("srv_host", "srv_host/cart__acme");
        assertThat(host.running()).isEmpty();
        assertThat(database.running()).isEmpty();
    }

    private static RedisServerProcess start(String name, Path directory) {
        RedisServerProcess process = new RedisServerProcess(
                RedisInstallation.locate(RedisServer.serverProgram(), directory),
                new RedisServerSettings(name, directory, FreePorts.any(), "boss"));
        TestDirectory.killAtEnd(process);
        process.initialize("only for this test");
        process.start();
        process.awaitReady(Duration.ofSeconds(60));
        return process;
    }
}
