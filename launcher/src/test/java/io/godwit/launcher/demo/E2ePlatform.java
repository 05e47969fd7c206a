package io.godwit.launcher.demo;

import io.godwit.cli.api.ApiClient;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.launcher.platform.LocalPlatform;
import io.godwit.launcher.platform.PlatformPort;
import io.godwit.launcher.platform.StartProgress;
import io.godwit.processes.FreePorts;
import io.godwit.testing.TestDirectory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole local platform, below {@code target/}, on ports of its own. Stopped and deleted when the tests have ended. */
final class E2ePlatform implements AutoCloseable {
    private static final int LOWEST_BASE = 20_000;
    private static final int HIGHEST_BASE = 31_000;
    private static final int PORTS = 40;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Path home;
    private final LocalPlatform platform;
    private final ApiClient api;

    private E2ePlatform(Path home, LocalPlatform platform) {
        this.home = home;
        this.platform = platform;
        this.api = new ApiClient(platform.gatewayUrl(), platform.operatorToken());
    }

    static E2ePlatform start() {
        Path home = TestDirectory.resolve("platform");
        LocalPlatform platform = LocalPlatform.of(
                Map.of("GODWIT_HOME", home.toString(), "GODWIT_PORT_BASE", Integer.toString(freeBase())));
        try {
            platform.start(StartProgress.SILENT);
            return new E2ePlatform(home, platform);
        } catch (RuntimeException e) {
            platform.stop();
            throw e;
        }
    }

    DemoApi api() {
        return new DemoApi(api);
    }

    ApiClient client() {
        return api;
    }

    /** @return the folder of a tenant server that the platform has made; whether it exists or not */
    Path serverFolder(String serverId) {
        return home.resolve("servers").resolve(serverId);
    }

    /** @return an administrator's connection to the server on which the database lives now; the caller closes it */
    Connection openAdmin(DatabaseId id) throws SQLException, IOException, InterruptedException {
        PlacedDatabase placed = placement(id);
        SecretSealer sealer = SecretSealer.fromKeyFile(home.resolve("master.key"));
        return new PostgresConnections(sealer, home.resolve("ca.crt"))
                .openAdmin(placed.server(), placed.databaseName());
    }

    String serverOf(DatabaseId id) throws IOException, InterruptedException {
        return placement(id).server().serverId();
    }

    private PlacedDatabase placement(DatabaseId id) throws IOException, InterruptedException {
        URI url = URI.create(
                "http://127.0.0.1:" + platform.port(PlatformPort.PROVISIONING) + "/internal/v1/databases/" + id);
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("X-Godwit-Caller", "{\"name\":\"e2e\",\"role\":\"OPERATOR\",\"tenant\":null}")
                .header(
                        "X-Godwit-Internal-Token",
                        Files.readString(home.resolve("internal-token")).strip())
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            String answer =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            JsonMapper json = new JsonMapper();
            JsonNode placement = json.readTree(answer).path("placement");
            if (placement.isMissingNode()) {
                throw new IllegalStateException("no placement of " + id + ": " + answer);
            }
            return json.treeToValue(placement, PlacedDatabase.class);
        }
    }

    static DatabaseId freshDatabase() {
        return new DatabaseId(
                "e2e_" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX), "shop");
    }

    static EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public void close() {
        api.close();
        platform.purge();
    }

    private static int freeBase() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(LOWEST_BASE, HIGHEST_BASE))
                .filter(base -> IntStream.range(base, base + PORTS).allMatch(FreePorts::isFree))
                .findFirst()
                .orElseThrow();
    }
}
