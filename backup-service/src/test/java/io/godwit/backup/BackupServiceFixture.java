package io.godwit.backup;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAddress;
import io.godwit.rest.Caller;
import io.godwit.rest.CallerHeader;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.S3Store;
import io.godwit.testing.ServicesDatabase;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service with a real broker, store, tenant server and database of its own; its link to the store can fail. */
final class BackupServiceFixture implements AutoCloseable {
    static final Caller OPERATOR = new Caller("operator", Caller.Role.OPERATOR, null);
    static final Duration LONG = Duration.ofSeconds(60);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    final PostgresServer server = PostgresServer.shared("tenants");
    final FakeProvisioning provisioning = new FakeProvisioning();
    final S3Store store = S3Store.shared();
    final FaultyLink storeLink;
    final S3Client s3;

    private final ServicesDatabase.Schema schema = ServicesDatabase.emptySchema("backup");
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Object> properties = new HashMap<>();
    private ConfigurableApplicationContext context;
    private @Nullable BackupServiceProcess process;

    /** @param more properties over the usual ones */
    BackupServiceFixture(Map<String, Object> more) {
        URI endpoint = store.endpoint();
        storeLink = FaultyLink.to(new ServerAddress(endpoint.getHost(), endpoint.getPort()));
        s3 = S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.of(store.region()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(store.accessKey(), store.secretKey())))
                .build();
        properties.put("server.port", 0);
        properties.put("spring.datasource.url", schema.url());
        properties.put("spring.datasource.username", schema.user());
        properties.put("spring.datasource.password", schema.password());
        properties.put("spring.kafka.bootstrap-servers", KafkaBroker.shared().bootstrapServers());
        properties.put("godwit.master-key-file", TestSecrets.masterKeyFile());
        properties.put("godwit.internal-token-file", TestSecrets.internalTokenFile());
        properties.put("godwit.ca-certificate", TestSecrets.caCertificate());
        properties.put("godwit.postgresql.bin-directory", PostgresServer.binDirectory());
        properties.put("godwit.postgresql.lock-timeout", "2s");
        properties.put("godwit.provisioning.url", provisioning.url());
        properties.put("godwit.s3.endpoint", "http://" + storeLink.address());
        properties.put("godwit.s3.bucket", store.bucket());
        properties.put("godwit.s3.access-key", store.accessKey());
        properties.put("godwit.s3.secret-key", store.secretKey());
        properties.put("godwit.backup.rescan", "1s");
        properties.putAll(more);
        properties.replaceAll((name, value) -> value.toString());
        context = start();
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(BackupApplication.class)
                .properties("spring.main.banner-mode=off")
                .initializers(starting -> starting.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("test", properties)))
                .run();
    }

    void stopService() {
        context.close();
    }

    void startService() {
        context = start();
    }

    /** Stops the service and runs it as a process of its own, which can be killed. */
    BackupServiceProcess runAsProcess() throws InterruptedException {
        stopService();
        BackupServiceProcess started = BackupServiceProcess.start(properties);
        process = started;
        return started;
    }

    /** Runs the service within the test again, after its process has ended. */
    void runHere() {
        process = null;
        startService();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Makes a tenant's database with a table {@code public.orders} of so many rows, and places it. */
    PlacedDatabase createDatabase(DatabaseId id, int rows) throws SQLException {
        server.dropTenantDatabase(id);
        PlacedDatabase placed = server.createTenantDatabase(id);
        provisioning.place(id, placed);
        execute(
                placed,
                "CREATE TABLE orders (id bigint PRIMARY KEY, note text, at timestamptz NOT NULL DEFAULT now())",
                "INSERT INTO orders (id, note) SELECT n, encode(sha256(n::text::bytea), 'hex') FROM generate_series(1, "
                        + rows + ") n",
                "CREATE VIEW newest AS SELECT max(at) FROM orders");
        return placed;
    }

    /** Runs statements as the tenant. */
    static void execute(PlacedDatabase database, String... statements) throws SQLException {
        try (Connection connection = PostgresServer.openOwner(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Makes a table of so many rows of about a kilobyte each, which hardly compress. */
    static void fillWithNoise(PlacedDatabase database, int rows) throws SQLException {
        execute(
                database,
                "CREATE TABLE noise (id int PRIMARY KEY, data text)",
                // Hexadecimal digests compress to half their size; about a kilobyte of noise in each row.
                "INSERT INTO noise SELECT n, (SELECT string_agg(encode(sha256((n::text || m)::bytea), 'hex'), '')"
                        + " FROM generate_series(1, 32) m) FROM generate_series(1, " + rows + ") n");
    }

    /** What the store has of a database's backups. */
    List<String> keys(DatabaseId id) {
        return s3
                .listObjectsV2(request -> request.bucket(store.bucket()).prefix("backups/" + id + "/"))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    /** What a request answered. */
    record Answer(int status, JsonNode body) {
        String code() {
            return body.path("code").asString();
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "", OPERATOR);
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body, OPERATOR);
    }

    Answer send(String method, String path, String body, Caller caller) throws IOException, InterruptedException {
        String port = process != null
                ? Integer.toString(process.port())
                : context.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header(
                        "X-Godwit-Internal-Token",
                        Files.readString(TestSecrets.internalTokenFile()).strip())
                .header(CallerHeader.NAME, CallerHeader.encode(caller))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), MAPPER.readTree(response.body()));
    }

    /** Takes a backup by REST and waits for its end. */
    JsonNode backUp(DatabaseId id) throws Exception {
        return awaitFinished(requestBackup(id));
    }

    /** Takes a backup while a tenant works. */
    BackupDuring backUpDuring(DatabaseId id, TenantWork work) throws Exception {
        AtomicBoolean working = new AtomicBoolean(true);
        FutureTask<Integer> done = new FutureTask<>(() -> work.doWhile(working));
        Thread.ofVirtual().start(done);
        try {
            JsonNode backup = backUp(id);
            working.set(false);
            return new BackupDuring(backup, done.get());
        } finally {
            working.set(false);
        }
    }

    interface TenantWork {
        /** @return how often it was done */
        int doWhile(AtomicBoolean working) throws Exception;
    }

    /** @param done how often the tenant's work was done meanwhile */
    record BackupDuring(JsonNode backup, int done) {}

    String requestBackup(DatabaseId id) throws Exception {
        Answer accepted = post("/api/v1/tenants/" + id.tenant() + "/databases/" + id.name() + "/backups", "");
        if (accepted.status() != 202) {
            throw new AssertionError("backup refused: " + accepted);
        }
        return accepted.body().path("id").asString();
    }

    JsonNode awaitFinished(String backupId) throws Exception {
        Eventually.await("the end of backup " + backupId, LONG, () -> {
            String status = show(backupId).path("status").asString();
            return status.equals("completed") || status.equals("failed");
        });
        return show(backupId);
    }

    JsonNode show(String backupId) throws Exception {
        return get("/api/v1/backups/" + backupId).body();
    }

    /** @param kind {@code verification} or {@code restore} */
    JsonNode awaitRun(String backupId, String kind) throws Exception {
        Eventually.await("the end of the " + kind + " of " + backupId, LONG, () -> {
            String status = show(backupId).path(kind).path("status").asString();
            return status.equals("succeeded") || status.equals("failed");
        });
        return show(backupId).path(kind);
    }

    /** Restores a backup by REST and waits for its end. */
    JsonNode restore(String backupId, String body) throws Exception {
        Answer accepted = post("/api/v1/backups/" + backupId + "/restore", body);
        if (accepted.status() != 202) {
            throw new AssertionError("restore refused: " + accepted);
        }
        return awaitRun(backupId, "restore");
    }

    JsonNode verify(String backupId) throws Exception {
        Answer accepted = post("/api/v1/backups/" + backupId + "/verify", "");
        if (accepted.status() != 202) {
            throw new AssertionError("verification refused: " + accepted);
        }
        return awaitRun(backupId, "verification");
    }

    @Override
    public void close() {
        if (process != null) {
            process.kill();
        }
        context.close();
        storeLink.close();
        provisioning.close();
        s3.close();
        http.close();
    }
}
