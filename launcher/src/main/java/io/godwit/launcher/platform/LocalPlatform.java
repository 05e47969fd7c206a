package io.godwit.launcher.platform;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.processes.FreePorts;
import io.godwit.processes.postgresql.PostgresInstallation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The platform of one home: started, looked at and stopped. Not safe for use by several threads. */
public final class LocalPlatform {
    /** On which the proxy's process listens for clients. */
    private static final Set<PlatformPort> PROXY_PORTS =
            EnumSet.of(PlatformPort.PROXY_POSTGRESQL, PlatformPort.PROXY_REDIS);

    /** Options for the JVMs of Godwit's services besides their own, divided by blanks: a debugger's, an agent's. */
    public static final String JAVA_OPTIONS = "GODWIT_JAVA_OPTIONS";

    private final PlatformHome home;
    private final Map<String, String> environment;

    private LocalPlatform(PlatformHome home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    /** @param environment the process's environment variables */
    public static LocalPlatform of(Map<String, String> environment) {
        return new LocalPlatform(PlatformHome.of(environment), Map.copyOf(environment));
    }

    public PlatformHome home() {
        return home;
    }

    /**
     * Starts what does not run and returns when all of it is ready. Nothing is started if everything runs.
     *
     * @throws PlatformException saying what stands in the way
     * @throws io.godwit.processes.LocalProcessException if a process does not come up; the others stay up
     */
    public PlatformStart start(StartProgress progress) {
        home.create();
        return PlatformLock.holding(home, () -> startLocked(progress));
    }

    /**
     * Ends every process of the platform, the tenant servers too. Data stays.
     *
     * @return names of the processes that ran
     */
    public List<String> stop() {
        return Files.isDirectory(home.directory()) ? PlatformLock.holding(home, this::stopLocked) : List.of();
    }

    /**
     * Stops, then deletes all data of the platform.
     *
     * @return names of the processes that ran
     */
    public List<String> purge() {
        if (!Files.isDirectory(home.directory())) {
            return List.of();
        }
        return PlatformLock.holding(home, () -> {
            List<String> stopped = stopLocked();
            home.delete();
            return stopped;
        });
    }

    /** @return every process, those that do not run too: the broker and the stores, the services, the tenant servers */
    public List<ProcessStatus> status() {
        SessionMemory memory = SessionMemory.measure();
        return processes(ports()).all().stream()
                .map(member -> member.status(memory))
                .toList();
    }

    public URI gatewayUrl() {
        return url(ports(), PlatformPort.GATEWAY);
    }

    /** The bearer token of the first operator. There is one as soon as the platform was started. */
    public String operatorToken() {
        return new PlatformSecrets(home).operatorToken();
    }

    /** @return the log of the process of this name, as {@link #status()} names it */
    public Optional<Path> log(String process) {
        return processes(ports()).all().stream()
                .filter(member -> member.name().equals(process))
                .map(Member::log)
                .findFirst();
    }

    public int port(PlatformPort port) {
        return ports().port(port);
    }

    /**
     * Where a database is, and the sealed logins there.
     *
     * @param serverId a server that has it, which may be a migration's; null for its home
     * @throws PlatformException if it is not there, or the platform does not run
     */
    public PlacedDatabase placement(DatabaseId id, @Nullable String serverId) throws InterruptedException {
        String token = new PlatformSecrets(home).internalToken();
        return new PlacementLookup(url(ports(), PlatformPort.PROVISIONING), token).find(id, serverId);
    }

    /** Opens administrators' connections to tenant servers. */
    public PostgresConnections connections() {
        PlatformSecrets secrets = new PlatformSecrets(home);
        return new PostgresConnections(secrets.sealer(), secrets.caCertificate());
    }

    /**
     * PostgreSQL's own client, logged in to the database as the server's administrator.
     *
     * @param arguments psql's own; the login stands in the environment
     */
    public ProcessBuilder psql(PlacedDatabase database, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(locatePostgres(StartProgress.SILENT).program("psql").toString());
        command.addAll(arguments);
        ProcessBuilder psql = new ProcessBuilder(command);
        psql.environment().keySet().removeIf(name -> name.startsWith("PG"));
        psql.environment().putAll(connections().toolEnvironment(database.server(), database.databaseName()));
        return psql;
    }

    private PlatformStart startLocked(StartProgress progress) {
        PortPlan ports = choosePorts(progress);
        PlatformSecrets secrets = new PlatformSecrets(home);
        secrets.createMissing();
        PlatformProcesses processes = processes(ports);
        requireFreePorts(ports, processes);
        ports.write(home.ports());
        Lazy<PostgresInstallation> postgres = new Lazy<>(() -> locatePostgres(progress));
        ServicesDatabase database = new ServicesDatabase(ports, secrets);
        PlatformStart start = new Startup(home, processes, database, secrets, postgres, progress).run();
        try {
            Files.writeString(home.gatewayUrl(), url(ports, PlatformPort.GATEWAY) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return start;
    }

    private List<String> stopLocked() {
        List<String> stopped = new ArrayList<>();
        for (Supplier<List<Member>> group : processes(ports()).inStopOrder()) {
            List<Member> running =
                    group.get().stream().filter(Member::isRunning).toList();
            Parallel.run(running.stream().map(Member::stop).toList());
            running.forEach(member -> stopped.add(member.name()));
        }
        try {
            Files.deleteIfExists(home.gatewayUrl());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(stopped);
    }

    private PortPlan choosePorts(StartProgress progress) {
        Optional<PortPlan> kept = PortPlan.read(home.ports());
        PortPlan chosen = PortPlan.choose(kept, environment.get(PortPlan.VARIABLE));
        if (kept.isPresent() && !kept.get().equals(chosen) && isAnythingRunning(kept.get())) {
            throw new PlatformException("the platform runs on other ports than " + PortPlan.VARIABLE
                    + " asks for; stop it first with './godwit down'");
        }
        if (kept.isEmpty() && chosen.base() != null && environment.get(PortPlan.VARIABLE) == null) {
            String taken = new PortPlan(null)
                    .taken(FreePorts::isFree).stream()
                            .map(port -> Integer.toString(port.usual()))
                            .collect(Collectors.joining(", "));
            progress.note("Ports in use by others: " + taken + ". This platform uses ports from " + chosen.base()
                    + " up; choose others with " + PortPlan.VARIABLE + ".");
        }
        EphemeralPorts.read(EphemeralPorts.KERNEL_SETTING)
                .flatMap(ephemeral -> ephemeral.warning(chosen))
                .ifPresent(progress::note);
        return chosen;
    }

    private void requireFreePorts(PortPlan ports, PlatformProcesses processes) {
        List<Integer> ours = processes.all().stream()
                .filter(Member::isRunning)
                .map(Member::port)
                .toList();
        boolean broker = ours.contains(ports.port(PlatformPort.KAFKA));
        boolean proxy = ours.contains(ports.port(PlatformPort.PROXY));
        List<String> taken = ports.taken(FreePorts::isFree).stream()
                .filter(port -> !ours.contains(ports.port(port)))
                .filter(port -> port != PlatformPort.KAFKA_CONTROLLER || !broker)
                .filter(port -> !PROXY_PORTS.contains(port) || !proxy)
                .map(port -> ports.port(port) + " (" + port + ")")
                .toList();
        if (!taken.isEmpty()) {
            throw new PlatformException("another program listens on port " + String.join(", ", taken)
                    + "; end it, or set " + PortPlan.VARIABLE + " to the first of a range of free ports");
        }
    }

    private boolean isAnythingRunning(PortPlan ports) {
        return processes(ports).all().stream().anyMatch(Member::isRunning);
    }

    private PlatformProcesses processes(PortPlan ports) {
        List<String> javaOptions = environment
                .getOrDefault(JAVA_OPTIONS, "")
                .lines()
                .flatMap(line -> Stream.of(line.strip().split("\\s+")))
                .toList();
        return new PlatformProcesses(home, ports, new PlatformSecrets(home), Installation.locate(), javaOptions);
    }

    private PortPlan ports() {
        return PortPlan.read(home.ports())
                .orElseGet(() -> PortPlan.choose(Optional.of(new PortPlan(null)), environment.get(PortPlan.VARIABLE)));
    }

    private PostgresInstallation locatePostgres(StartProgress progress) {
        String configured = environment.get("GODWIT_POSTGRESQL_BIN_DIRECTORY");
        PostgresInstallation found =
                PostgresInstallation.locate(configured == null ? null : Path.of(configured), home.postgresPackages());
        progress.note("PostgreSQL " + found.version() + " (" + found.source() + ") from " + found.binDirectory());
        return found;
    }

    private static URI url(PortPlan ports, PlatformPort port) {
        return URI.create("http://127.0.0.1:" + ports.port(port));
    }
}
