package io.godwit.launcher.platform;

import io.godwit.processes.DetachedProcess;
import io.godwit.processes.DetachedServer;
import io.godwit.processes.HttpProbe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** One of Godwit's services as a local process. */
final class ServiceProcess extends DetachedServer {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
    private static final int OK = 200;

    private final PlatformService service;
    private final int port;
    private final PlatformHome home;
    private final Supplier<Launch> launch;

    /** @param launch asked only when the service has to be started */
    ServiceProcess(PlatformService service, int port, PlatformHome home, Supplier<Launch> launch) {
        super(
                new DetachedProcess(
                        service.id(),
                        home.records().resolve(service.id() + ".properties"),
                        home.logs().resolve(service.id() + ".log")),
                STOP_TIMEOUT);
        this.service = service;
        this.port = port;
        this.home = home;
        this.launch = launch;
    }

    /** How to start a service. */
    record Launch(List<String> command, Map<String, String> environment) {}

    @Override
    protected void launch(DetachedProcess server) throws IOException {
        Launch how = launch.get();
        Path directory = Files.createDirectories(home.state(service.id()));
        server.launch(how.command(), how.environment(), directory);
    }

    @Override
    public boolean isReady() {
        URI readiness = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
        return HttpProbe.status(readiness).equals(OptionalInt.of(OK));
    }
}
