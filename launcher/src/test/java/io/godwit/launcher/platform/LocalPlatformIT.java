package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.launcher.platform.ProcessStatus.Kind;
import io.godwit.launcher.platform.ProcessStatus.State;
import io.godwit.processes.FreePorts;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One life of a platform; each step goes on from the one before, since a start takes most of a minute. */
@TestMethodOrder(OrderAnnotation.class)
class LocalPlatformIT {
    private static final Path home = Path.of("target", "local-platform-home").toAbsolutePath();
    private static final LocalPlatform platform = LocalPlatform.of(
            Map.of("GODWIT_HOME", home.toString(), "GODWIT_PORT_BASE", Integer.toString(FreePorts.any())));

    @AfterAll
    static void leaveNothingBehind() {
        platform.purge();
    }

    @Test
    @Order(1)
    void startsEverythingFromAnEmptyFolder() {
        platform.purge();

        PlatformStart start = platform.start(StartProgress.SILENT);

        assertThat(start.started())
                .containsExactlyInAnyOrder(
                        "services-database",
                        "kafka",
                        "s3",
                        "proxy",
                        "provisioning",
                        "replication",
                        "orchestrator",
                        "backup",
                        "gateway");
        assertThat(platform.status()).allSatisfy(process -> {
            assertThat(process.state()).as(process.name()).isEqualTo(State.READY);
            assertThat(process.memoryBytes()).as(process.name()).isGreaterThan(1_000_000);
            assertThat(process.log()).exists();
        });
    }

    @Test
    @Order(2)
    void theOperatorsTokenOpensTheGatewayAndATenantGetsServers() throws Exception {
        assertThat(post("/api/v1/tenants", "{\"id\":\"acme\"}")).isEqualTo(201);
        assertThat(post(
                        "/api/v1/tenants/acme/databases",
                        "{\"name\":\"orders\",\"engine\":\"postgresql\",\"tier\":\"shared\"}"))
                .isEqualTo(201);
        assertThat(post(
                        "/api/v1/tenants/acme/databases",
                        "{\"name\":\"cache\",\"engine\":\"redis\",\"tier\":\"shared\"}"))
                .isEqualTo(201);

        // The PostgreSQL server, the Redis host and the Redis database, which is a process of its own.
        assertThat(platform.status())
                .filteredOn(process -> process.kind() == Kind.TENANT_SERVER)
                .hasSize(3)
                .allSatisfy(server -> assertThat(server.state()).isEqualTo(State.READY))
                .anyMatch(process -> process.name().endsWith("/cache__acme"));
    }

    @Test
    @Order(3)
    void aSecondStartDoesNothing() {
        assertThat(platform.start(StartProgress.SILENT).wasRunning()).isTrue();
    }

    @Test
    @Order(4)
    void aServiceThatDiedIsStartedAgainAlone() {
        long pid = Objects.requireNonNull(status("orchestrator").pid());
        StopSignal.KILL.sendTo(ProcessIdentity.of(pid).orElseThrow());
        assertThat(status("orchestrator").state()).isEqualTo(State.STOPPED);

        assertThat(platform.start(StartProgress.SILENT).started()).containsExactly("orchestrator");
        assertThat(status("orchestrator").state()).isEqualTo(State.READY);
    }

    @Test
    @Order(5)
    void noSecretStandsInProcessArguments() throws IOException {
        List<String> secrets;
        try (Stream<Path> files = Files.list(home.resolve("secrets"))) {
            secrets = files.map(LocalPlatformIT::read).toList();
        }
        assertThat(secrets).hasSizeGreaterThan(5);

        assertThat(commands(command -> secrets.stream().anyMatch(command::contains)))
                .isEmpty();
    }

    @Test
    @Order(6)
    void stopsEverythingTenantServersTooAndKeepsTheData() {
        List<Long> pids = platform.status().stream().map(ProcessStatus::pid).toList();

        List<String> stopped = platform.stop();

        assertThat(stopped).hasSize(pids.size());
        assertThat(pids).allSatisfy(pid -> assertThat(ProcessIdentity.of(pid)).isEmpty());
        assertThat(commands(command -> command.contains(home.toString()))).isEmpty();
        assertThat(home.resolve("servers")).isNotEmptyDirectory();
    }

    @Test
    @Order(7)
    void purgeDeletesTheData() {
        platform.purge();

        assertThat(home).doesNotExist();
    }

    private static ProcessStatus status(String name) {
        return platform.status().stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static int post(String path, String body) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(platform.gatewayUrl() + path))
                    .header("Authorization", "Bearer " + platform.operatorToken())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    /** The command lines of all processes of this machine that we may see. */
    private static List<String> commands(Predicate<String> filter) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .map(process -> read(process.resolve("cmdline")).replace('\0', ' '))
                    .filter(filter)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
