package io.godwit.provisioning;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.MessageJson;
import io.godwit.events.ProvisioningCommand;
import io.godwit.events.Topics;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import io.godwit.processes.ProcessRecord;
import io.godwit.processes.StopSignal;
import io.godwit.processes.redis.RedisInstance;
import io.godwit.rest.Caller;
import io.godwit.rest.CallerHeader;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.RedisServer;
import io.godwit.testing.ServicesDatabase;
import io.godwit.testing.TestDirectory;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service with a real broker and a database of its own. The servers it makes are real and die with the fixture. */
final class ProvisioningFixture implements AutoCloseable {
    static final Caller OPERATOR = new Caller("operator", Caller.Role.OPERATOR, null);
    static final Duration LONG = Duration.ofSeconds(60);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** The test run's own folder, where a later run finds what a killed one left. */
    private static final Path HOME = TestDirectory.resolve(".").normalize();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Object> properties = new HashMap<>();
    private ConfigurableApplicationContext context;

    ProvisioningFixture(Map<String, Object> more) {
        ServicesDatabase.Schema schema = ServicesDatabase.emptySchema("provisioning");
        properties.put("server.port", 0);
        properties.put("spring.datasource.url", schema.url());
        properties.put("spring.datasource.username", schema.user());
        properties.put("spring.datasource.password", schema.password());
        properties.put("spring.kafka.bootstrap-servers", KafkaBroker.shared().bootstrapServers());
        properties.put("godwit.home", HOME);
        properties.put("godwit.master-key-file", TestSecrets.masterKeyFile());
        properties.put("godwit.internal-token-file", TestSecrets.internalTokenFile());
        properties.put("godwit.ca-certificate", TestSecrets.caCertificate());
        properties.put("godwit.ca-key", TestSecrets.caKey());
        properties.put("godwit.postgresql.bin-directory", PostgresServer.binDirectory());
        properties.put("godwit.redis.server-program", RedisServer.serverProgram());
        properties.put("godwit.provisioning.process.ports", "27000-27999");
        properties.put("godwit.provisioning.health-interval", "500ms");
        properties.put("godwit.provisioning.reconcile-interval", "1s");
        // Nobody listens there.
        properties.put("godwit.orchestrator.url", "http://127.0.0.1:9");
        properties.putAll(more);
        properties.replaceAll((name, value) -> value.toString());
        context = start();
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(ProvisioningApplication.class)
                .properties("spring.main.banner-mode=off")
                .initializers(starting -> starting.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("fixture", properties)))
                .run();
    }

    /** Ends the service and starts it anew; the servers go on. */
    void restart() {
        context.close();
        context = start();
    }

    /** Ends the service, and does something before its next life. */
    void restartAfter(Runnable between) {
        context.close();
        between.run();
        context = start();
    }

    /** Whether it was told to, which may be long before it has ended. */
    boolean isStopping() {
        return context.isClosed();
    }

    boolean isThere() {
        return context.isActive();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    void send(ProvisioningCommand command) throws Exception {
        bean(DirectPublisher.class)
                .send(OutboundRecord.message(
                        Topics.PROVISIONING_COMMANDS, command.step().databaseId(), command))
                .get(30, TimeUnit.SECONDS);
    }

    /** What the service answered. */
    record Answer(int status, JsonNode body) {
        String code() {
            return body.path("code").stringValue("");
        }
    }

    Answer get(String path) throws Exception {
        return call("GET", path, null, OPERATOR);
    }

    Answer post(String path, String body) throws Exception {
        return call("POST", path, body, OPERATOR);
    }

    Answer delete(String path) throws Exception {
        return call("DELETE", path, null, OPERATOR);
    }

    Answer call(String method, String path, @Nullable String body, Caller caller) throws Exception {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(2))
                .header(
                        "X-Godwit-Internal-Token",
                        Files.readString(TestSecrets.internalTokenFile()).strip())
                .header(CallerHeader.NAME, CallerHeader.encode(caller))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), MAPPER.readTree(response.body().isEmpty() ? "{}" : response.body()));
    }

    void createTenant(String tenant) throws Exception {
        post("/api/v1/tenants", "{\"id\":\"" + tenant + "\"}");
    }

    Answer createDatabase(String tenant, String name, String tier) throws Exception {
        return createDatabase(EngineId.POSTGRESQL, tenant, name, tier);
    }

    Answer createDatabase(EngineId engine, String tenant, String name, String tier) throws Exception {
        return post(
                "/api/v1/tenants/" + tenant + "/databases",
                "{\"name\":\"%s\",\"engine\":\"%s\",\"tier\":\"%s\"}".formatted(name, engine.id(), tier));
    }

    /** Where a database lives, as the other services ask for it. */
    PlacedDatabase placement(String tenant, String name) throws Exception {
        JsonNode answer = get("/internal/v1/databases/" + tenant + "/" + name).body();
        return MessageJson.mapper().treeToValue(answer.path("placement"), PlacedDatabase.class);
    }

    /** Whether one of the service's own transactions waits for another. */
    boolean waitsForALock() {
        return bean(JdbcClient.class)
                .sql("SELECT EXISTS (SELECT FROM pg_stat_activity"
                        + " WHERE usename = current_user AND wait_event_type = 'Lock')")
                .query(Boolean.class)
                .single();
    }

    static Path serversDirectory() {
        return HOME.resolve("servers");
    }

    /** Where a server's files are, if there are any. */
    static Optional<Path> directoryOf(String serverId) {
        return Optional.of(HOME.resolve("servers").resolve(serverId)).filter(Files::exists);
    }

    static ProcessRecord processOf(String serverId) {
        return new ProcessRecord(HOME.resolve("servers").resolve(serverId).resolve("process.properties"));
    }

    static void killServer(String serverId) {
        processOf(serverId).findAlive().ifPresent(StopSignal.KILL::sendTo);
    }

    @Override
    public void close() {
        context.close();
        Path servers = HOME.resolve("servers");
        if (!Files.isDirectory(servers)) {
            return;
        }
        try (Stream<Path> folders = Files.list(servers)) {
            List<Path> all = folders.toList();
            all.forEach(folder -> killServer(folder.getFileName().toString()));
            RedisInstance.allIn(servers).forEach(RedisInstance::kill);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
