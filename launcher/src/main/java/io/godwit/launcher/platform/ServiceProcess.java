package io.godwit.launcher.platform;

import io.godwit.processes.DetachedProcess;
import io.godwit.processes.HttpProbe;
import io.godwit.processes.ManagedProcess;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** One of Godwit's services as a local process. */
final class ServiceProcess implements ManagedProcess {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
    private static final int OK = 200;

    private final PlatformService service;
    private final int port;
    private final PlatformHome home;
    private final Supplier<Launch> launch;
    private final DetachedProcess process;

    /** @param launch asked only when the service has to be started */
    ServiceProcess(PlatformService service, int port, PlatformHome home, Supplier<Launch> launch) {
        this.service = service;
        this.port = port;
        this.home = home;
        this.launch = launch;
        this.process = new DetachedProcess(
                service.id(),
                home.records().resolve(service.id() + ".properties"),
                home.logs().resolve(service.id() + ".log"));
    }

    /** How to start a service. */
    record Launch(List<String> command, Map<String, String> environment) {}

    @Override
    public String name() {
        return service.id();
    }

    @Override
    public Path logFile() {
        return process.logFile();
    }

    @Override
    public Optional<ProcessIdentity> running() {
        return process.running();
    }

    @Override
    public void start() {
        if (running().isPresent()) {
            return;
        }
        Launch how = launch.get();
        try {
            Path directory = Files.createDirectories(home.state(service.id()));
            process.launch(how.command(), how.environment(), directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isReady() {
        URI readiness = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
        return HttpProbe.status(readiness).equals(OptionalInt.of(OK));
    }

    @Override
    public void awaitReady(Duration timeout) {
        process.awaitReady(this::isReady, timeout);
    }

    @Override
    public void stop() {
        process.stop(StopSignal.TERM, STOP_TIMEOUT);
    }

    @Override
    public void kill() {
        process.kill();
    }
}
