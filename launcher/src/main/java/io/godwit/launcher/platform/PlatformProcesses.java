package io.godwit.launcher.platform;

import io.godwit.launcher.platform.ProcessStatus.Kind;
import io.godwit.launcher.platform.ServiceProcess.Launch;
import io.godwit.processes.kafka.KafkaProcess;
import io.godwit.processes.kafka.KafkaSettings;
import io.godwit.processes.postgresql.PostgresInstallation;
import io.godwit.processes.postgresql.PostgresInstance;
import io.godwit.processes.postgresql.PostgresServerProcess;
import io.godwit.processes.postgresql.PostgresServerSettings;
import io.godwit.processes.redis.RedisInstance;
import io.godwit.processes.s3.S3ProxyProcess;
import io.godwit.processes.s3.S3ProxySettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The processes of the platform of one home, whether they run or not. */
final class PlatformProcesses {
    static final String SERVICES_DATABASE = "services-database";
    private static final Map<String, String> SERVICES_DATABASE_SETTINGS =
            Map.of("wal_level", "replica", "max_wal_size", "256MB", "shared_buffers", "64MB");

    private final PlatformHome home;
    private final PortPlan ports;
    private final PlatformSecrets secrets;
    private final Installation installation;
    private final List<String> javaOptions;

    /** @param javaOptions of the services, besides their own */
    PlatformProcesses(
            PlatformHome home,
            PortPlan ports,
            PlatformSecrets secrets,
            Installation installation,
            List<String> javaOptions) {
        this.home = home;
        this.ports = ports;
        this.secrets = secrets;
        this.installation = installation;
        this.javaOptions = javaOptions;
    }

    PostgresServerProcess servicesDatabase(PostgresInstallation postgres) {
        return new PostgresServerProcess(
                postgres,
                new PostgresServerSettings(
                                SERVICES_DATABASE,
                                home.state(SERVICES_DATABASE),
                                ports.port(PlatformPort.SERVICES_DATABASE),
                                ServicesDatabase.ADMINISTRATOR)
                        .withParameters(SERVICES_DATABASE_SETTINGS));
    }

    boolean isDatabaseReady() {
        PostgresInstance server = new PostgresInstance(home.state(SERVICES_DATABASE));
        return server.running().isPresent() && server.isReady();
    }

    KafkaProcess kafka() {
        int port = ports.port(PlatformPort.KAFKA);
        int controllerPort = ports.port(PlatformPort.KAFKA_CONTROLLER);
        return new KafkaProcess(new KafkaSettings(home.state("kafka"), port, controllerPort), installation.parts());
    }

    /** @param secretKey with which clients will sign; any will do to look at the store or to end it */
    S3ProxyProcess s3(String secretKey) {
        int port = ports.port(PlatformPort.S3);
        return new S3ProxyProcess(
                new S3ProxySettings(home.state("s3"), port, ObjectStore.ACCESS_KEY, secretKey), installation.parts());
    }

    /** @param postgres asked only when the service is started */
    ServiceProcess service(PlatformService service, Supplier<PostgresInstallation> postgres) {
        return new ServiceProcess(service, ports.port(service.port()), home, () -> {
            ServiceEnvironment environment =
                    new ServiceEnvironment(home, ports, secrets, postgres.get().binDirectory());
            return new Launch(
                    new ServiceLaunch(home, installation, javaOptions).command(service), environment.of(service));
        });
    }

    /**
     * The members in the groups in which they can be ended together, first those that use the others. Each group is asked
     * for at its turn: until the services have ended, tenant servers may still be made.
     */
    List<Supplier<List<Member>>> inStopOrder() {
        return List.of(this::services, this::tenantServers, this::infrastructure);
    }

    List<Member> all() {
        return Stream.of(infrastructure(), services(), tenantServers())
                .flatMap(List::stream)
                .toList();
    }

    private List<Member> infrastructure() {
        PostgresInstance database = new PostgresInstance(home.state(SERVICES_DATABASE));
        return List.of(
                new Member(
                        SERVICES_DATABASE,
                        Kind.INFRASTRUCTURE,
                        ports.port(PlatformPort.SERVICES_DATABASE),
                        database.logFile(),
                        database::running,
                        database::isReady,
                        database::stop),
                Member.of(kafka(), Kind.INFRASTRUCTURE, ports.port(PlatformPort.KAFKA)),
                Member.of(s3(""), Kind.INFRASTRUCTURE, ports.port(PlatformPort.S3)));
    }

    private List<Member> services() {
        return Arrays.stream(PlatformService.values())
                .map(service -> Member.of(
                        service(service, PlatformProcesses::neverStarted), Kind.SERVICE, ports.port(service.port())))
                .toList();
    }

    private List<Member> tenantServers() {
        Stream<Member> postgres = PostgresInstance.allIn(home.servers()).stream()
                .map(server -> Member.of(server.directory().getFileName().toString(), server, Kind.TENANT_SERVER));
        Stream<Member> redis = RedisInstance.allIn(home.servers()).stream()
                .map(server -> Member.of(redisName(server), server, Kind.TENANT_SERVER));
        return Stream.concat(postgres, redis).toList();
    }

    /** A server's own process has the server's name; a database's has its own name after that. */
    private String redisName(RedisInstance process) {
        Path path = home.servers().relativize(process.directory());
        return path.getNameCount() == 1 ? path.toString() : path.getName(0) + "/" + path.getFileName();
    }

    private static PostgresInstallation neverStarted() {
        throw new IllegalStateException("a member is only looked at and ended");
    }
}
