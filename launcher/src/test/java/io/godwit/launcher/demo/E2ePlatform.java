package io.godwit.launcher.demo;

import io.godwit.cli.api.ApiClient;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.redis.RedisConnections;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.faults.FaultPoints;
import io.godwit.launcher.platform.LocalPlatform;
import io.godwit.launcher.platform.PlatformPort;
import io.godwit.launcher.platform.ProcessStatus;
import io.godwit.launcher.platform.StartProgress;
import io.godwit.processes.FreePorts;
import io.godwit.testing.Eventually;
import io.godwit.testing.TestDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The whole local platform, below {@code target/}, on ports of its own. Stopped and deleted when the tests have ended. */
final class E2ePlatform implements AutoCloseable {
    private static final int LOWEST_BASE = 20_000;
    private static final int HIGHEST_BASE = 31_000;
    private static final int PORTS = 40;
    /** More than the ports of a platform, with those that its tenant servers may have. */
    private static final int APART = 1_100;

    private static final Set<Integer> bases = new HashSet<>();
    private static final AtomicInteger started = new AtomicInteger();

    private static final Duration STARTED = Duration.ofMinutes(2);

    private final int base;
    private final Path home;
    private final LocalPlatform platform;
    private final FaultPoints points;
    private final ApiClient api;
    private final RedisConnections redis;

    private E2ePlatform(int base, Path home, LocalPlatform platform, FaultPoints points) {
        this.base = base;
        this.home = home;
        this.platform = platform;
        this.points = points;
        this.api = new ApiClient(platform.gatewayUrl(), platform.operatorToken());
        this.redis = new RedisConnections(sealer(home), home.resolve("ca.crt"));
    }

    static E2ePlatform start() {
        int number = started.incrementAndGet();
        int base = takeBase();
        Path home = TestDirectory.resolve("platform" + number);
        FaultPoints points =
                new FaultPoints(TestDirectory.resolve("faults" + number).toAbsolutePath());
        LocalPlatform platform = LocalPlatform.of(Map.of(
                "GODWIT_HOME",
                home.toString(),
                "GODWIT_PORT_BASE",
                Integer.toString(base),
                LocalPlatform.JAVA_OPTIONS,
                points.javaOptions()));
        try {
            platform.start(StartProgress.SILENT);
            return new E2ePlatform(base, home, platform, points);
        } catch (RuntimeException e) {
            platform.stop();
            giveBack(base);
            throw e;
        }
    }

    DemoApi api() {
        return new DemoApi(api);
    }

    ApiClient client() {
        return api;
    }

    /** Where the platform keeps everything. */
    Path home() {
        return home.toAbsolutePath();
    }

    /** Points at which the services can be made to stand still. */
    FaultPoints points() {
        return points;
    }

    /** Starts what has died, but for tenant servers, which the platform starts itself. */
    void startMissing() throws InterruptedException {
        // A process that has just been killed may hold its port a moment longer.
        Eventually.assertThat("the platform is up", STARTED, () -> platform.start(StartProgress.SILENT));
    }

    /** @return the name of the process that serves the database, which is its own on a server of many processes */
    String processOf(PlacedDatabase placed) {
        String server = placed.server().serverId();
        String own = server + "/" + placed.databaseName();
        return platform.status().stream().anyMatch(process -> process.name().equals(own)) ? own : server;
    }

    /** Waits for it to run; a server whose role has just changed may be about to start. */
    long pidOf(String process) throws InterruptedException {
        Eventually.await(process + " runs", STARTED, () -> findPid(process).isPresent());
        return findPid(process).orElseThrow();
    }

    private Optional<Long> findPid(String process) {
        return platform.status().stream()
                .filter(status -> status.name().equals(process))
                .map(ProcessStatus::pid)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** @return the folder of a tenant server that the platform has made; whether it exists or not */
    Path serverFolder(String serverId) {
        return home.resolve("servers").resolve(serverId).toAbsolutePath();
    }

    /** @return the command lines of processes that name the folder */
    List<String> processesIn(Path folder) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(folder + "/"))
                .toList();
    }

    /** @return an administrator's connection to a server; the caller closes it */
    Connection openAdmin(ServerAccess server, String databaseName) throws SQLException {
        return platform.connections().openAdmin(server, databaseName);
    }

    /** Opens administrators' connections to Redis servers. */
    RedisConnections redisConnections() {
        return redis;
    }

    /** PEM file of the CA that the servers' certificates come from. */
    Path caCertificate() {
        return home.resolve("ca.crt");
    }

    /** @return an administrator's connection to that server's maintenance database, which a fence leaves alone */
    Connection openMaintenance(DatabaseId id) throws SQLException, InterruptedException {
        return platform.connections().openAdmin(platform.placement(id, null).server(), "postgres");
    }

    String serverOf(DatabaseId id) throws InterruptedException {
        return placement(id).server().serverId();
    }

    PlacedDatabase placement(DatabaseId id) throws InterruptedException {
        return platform.placement(id, null);
    }

    /** @throws io.godwit.launcher.platform.PlatformException if it is not there */
    PlacedDatabase placement(DatabaseId id, String serverId) throws InterruptedException {
        return platform.placement(id, serverId);
    }

    /** How a client would connect that knows the server and the login that the proxy has there. */
    DatabaseConnection direct(PlacedDatabase placed) {
        return direct(placed, placed.server().address());
    }

    /** @param address under which the server is to be reached */
    DatabaseConnection direct(PlacedDatabase placed, ServerAddress address) {
        return new DatabaseConnection(
                address.host(),
                address.port(),
                placed.owner().user(),
                sealer(home).open(placed.owner().password()),
                placed.databaseName());
    }

    private static SecretSealer sealer(Path home) {
        try {
            return SecretSealer.fromKeyFile(home.resolve("master.key"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port(PlatformPort port) {
        return platform.port(port);
    }

    /** Copies the logs of all processes, but for those of servers that are gone. */
    void keepLogs(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> logs = Files.list(platform.home().logs())) {
            for (Path log : (Iterable<Path>) logs.filter(Files::isRegularFile)::iterator) {
                Files.copy(log, folder.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
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
        redis.close();
        platform.purge();
        giveBack(base);
    }

    /** @return a port from which on there are free ones, and none of another platform of this JVM */
    private static int takeBase() {
        synchronized (bases) {
            int free = IntStream.generate(() -> ThreadLocalRandom.current().nextInt(LOWEST_BASE, HIGHEST_BASE))
                    .filter(base -> bases.stream().allMatch(other -> Math.abs(base - other) >= APART))
                    .filter(base -> IntStream.range(base, base + PORTS).allMatch(FreePorts::isFree))
                    .findFirst()
                    .orElseThrow();
            bases.add(free);
            return free;
        }
    }

    private static void giveBack(int base) {
        synchronized (bases) {
            bases.remove(base);
        }
    }
}
