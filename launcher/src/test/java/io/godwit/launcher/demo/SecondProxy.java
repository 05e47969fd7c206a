package io.godwit.launcher.demo;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.processes.DetachedProcess;
import io.godwit.processes.FreePorts;
import io.godwit.processes.HttpProbe;
import io.godwit.processes.JavaCommand;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A proxy beside the one that a platform has, of the same configuration but for its name and its ports. */
final class SecondProxy implements AutoCloseable {
    private static final String NAME = "proxy-2";
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final OptionalInt OK = OptionalInt.of(200);

    private final DetachedProcess process;
    private final int port;

    private SecondProxy(DetachedProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when clients can come. */
    static SecondProxy start(E2ePlatform platform) throws IOException, InterruptedException {
        int port = FreePorts.any();
        int health = FreePorts.any();
        Map<String, String> environment = environmentOf(platform.pidOf("proxy"));
        environment.put("GODWIT_PROXY_ID", NAME);
        environment.put("SERVER_PORT", Integer.toString(health));
        environment.put("GODWIT_PROXY_POSTGRESQL_PORT", Integer.toString(port));
        environment.put("GODWIT_PROXY_REDIS_PORT", Integer.toString(FreePorts.any()));
        Path home = platform.home();
        Path run = home.resolve("run");
        DetachedProcess process = new DetachedProcess(
                NAME, run.resolve(NAME + ".properties"), home.resolve("logs").resolve(NAME + ".log"));
        process.launch(
                List.of(JavaCommand.java(), "@" + run.resolve("proxy.arguments")),
                environment,
                Files.createDirectories(home.resolve("state").resolve(NAME)));
        URI readiness = URI.create("http://127.0.0.1:" + health + "/actuator/health/readiness");
        process.awaitReady(() -> HttpProbe.status(readiness).equals(OK), READY);
        return new SecondProxy(process, port);
    }

    private static Map<String, String> environmentOf(long pid) throws IOException {
        String variables = Files.readString(Path.of("/proc", Long.toString(pid), "environ"));
        return Arrays.stream(variables.split("\0"))
                .map(variable -> variable.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> b, HashMap::new));
    }

    /** @param database as its clients reach it by the platform's proxy */
    DatabaseConnection wayTo(DatabaseConnection database) {
        return new DatabaseConnection(database.host(), port, database.user(), database.password(), database.database());
    }

    /** @throws java.util.NoSuchElementException if it does not run */
    long pid() {
        return process.running().map(ProcessIdentity::pid).orElseThrow();
    }

    @Override
    public void close() {
        process.stop(StopSignal.TERM, GRACE);
    }
}
