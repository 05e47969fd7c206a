package io.godwit.launcher.platform;

import static java.util.Locale.ROOT;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The configuration of the services, as environment variables: secrets never stand in process arguments. */
final class ServiceEnvironment {
    private final PlatformHome home;
    private final PortPlan ports;
    private final PlatformSecrets secrets;
    private final Path postgresPrograms;

    ServiceEnvironment(PlatformHome home, PortPlan ports, PlatformSecrets secrets, Path postgresPrograms) {
        this.home = home;
        this.ports = ports;
        this.secrets = secrets;
        this.postgresPrograms = postgresPrograms;
    }

    Map<String, String> of(PlatformService service) {
        Map<String, Object> properties = new HashMap<>(common(service));
        if (service.keepsState()) {
            properties.putAll(database(service));
        }
        properties.putAll(
                switch (service) {
                    case PROVISIONING ->
                        Map.of(
                                "godwit.ca-key", home.caKey(),
                                "godwit.orchestrator.url", url(PlatformPort.ORCHESTRATOR),
                                "godwit.provisioning.first-server-port", ports.port(PlatformPort.FIRST_TENANT_SERVER),
                                "godwit.proxy.postgresql.port", ports.port(PlatformPort.PROXY_POSTGRESQL),
                                "godwit.proxy.redis.port", ports.port(PlatformPort.PROXY_REDIS));
                    case PROXY ->
                        Map.of(
                                "godwit.ca-key", home.caKey(),
                                "godwit.proxy.id", "proxy-1",
                                "godwit.proxy.postgresql.port", ports.port(PlatformPort.PROXY_POSTGRESQL),
                                "godwit.proxy.redis.port", ports.port(PlatformPort.PROXY_REDIS));
                    case ORCHESTRATOR, REPLICATION -> Map.of("godwit.provisioning.url", url(PlatformPort.PROVISIONING));
                    case BACKUP ->
                        Map.of(
                                "godwit.provisioning.url",
                                url(PlatformPort.PROVISIONING),
                                "godwit.s3.endpoint",
                                url(PlatformPort.S3),
                                "godwit.s3.bucket",
                                ObjectStore.BUCKET,
                                "godwit.s3.region",
                                ObjectStore.REGION,
                                "godwit.s3.access-key",
                                ObjectStore.ACCESS_KEY,
                                "godwit.s3.secret-key",
                                secrets.get(ObjectStore.SECRET));
                    case GATEWAY ->
                        Map.of(
                                "godwit.operator-token-file", home.operatorToken(),
                                "godwit.gateway.upstreams.provisioning", url(PlatformPort.PROVISIONING),
                                "godwit.gateway.upstreams.orchestrator", url(PlatformPort.ORCHESTRATOR),
                                "godwit.gateway.upstreams.backup", url(PlatformPort.BACKUP));
                });
        Map<String, String> environment = new HashMap<>();
        properties.forEach((name, value) -> environment.put(variable(name), value.toString()));
        return environment;
    }

    private Map<String, Object> common(PlatformService service) {
        return Map.of(
                "server.address", "127.0.0.1",
                // An open event stream must not hold up the end of the platform.
                "spring.lifecycle.timeout-per-shutdown-phase", "5s",
                "server.port", ports.port(service.port()),
                "spring.kafka.bootstrap-servers", "127.0.0.1:" + ports.port(PlatformPort.KAFKA),
                "godwit.home", home.directory(),
                "godwit.master-key-file", home.masterKey(),
                "godwit.internal-token-file", home.internalToken(),
                "godwit.ca-certificate", secrets.caCertificate(),
                "godwit.postgresql.bin-directory", postgresPrograms);
    }

    private Map<String, Object> database(PlatformService service) {
        return Map.of(
                "spring.datasource.url", ServicesDatabase.url(ports, service.id()),
                "spring.datasource.username", ServicesDatabase.role(service.id()),
                "spring.datasource.password", secrets.get(ServicesDatabase.role(service.id())));
    }

    private String url(PlatformPort port) {
        return "http://127.0.0.1:" + ports.port(port);
    }

    /** Spring Boot's rule for environment variables: dots become underscores, dashes go. */
    static String variable(String property) {
        return property.replace('.', '_').replace("-", "").toUpperCase(ROOT);
    }
}
