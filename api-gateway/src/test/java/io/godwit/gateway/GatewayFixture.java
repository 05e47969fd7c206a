package io.godwit.gateway;

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
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The gateway before one real upstream, with a client that holds the operator's token. Registered by a test class in a
 * static field, it runs until the class's last test has ended; each test finds the upstream as it was at first.
 */
final class GatewayFixture implements BeforeEachCallback, AfterAllCallback {
    static final String OPERATOR = TestSecrets.randomText();

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    final RecordingUpstream upstream;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext application;

    GatewayFixture(String... settings) {
        try {
            upstream = new RecordingUpstream();
            application = start(upstream, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConfigurableApplicationContext start(RecordingUpstream upstream, String... settings)
            throws IOException {
        Path operatorToken = TestDirectory.resolve("operator-token");
        Files.writeString(operatorToken, OPERATOR + "\n");
        ServicesDatabase.Schema schema = ServicesDatabase.emptySchema("gateway");
        String[] usual = {
            "--server.port=0",
            "--spring.datasource.url=" + schema.url(),
            "--spring.datasource.password=" + schema.password(),
            "--godwit.master-key-file=" + TestSecrets.masterKeyFile(),
            "--godwit.internal-token-file=" + TestSecrets.internalTokenFile(),
            "--godwit.operator-token-file=" + operatorToken,
            "--godwit.gateway.upstreams.provisioning=" + upstream.uri(),
            "--godwit.gateway.upstreams.orchestrator=" + upstream.uri(),
            // Nobody listens on the port of an upstream that has been closed again.
            "--godwit.gateway.upstreams.backup=" + closedUpstream()
        };
        return SpringApplication.run(
                GatewayApplication.class,
                Stream.concat(Arrays.stream(usual), Arrays.stream(settings)).toArray(String[]::new));
    }

    private static URI closedUpstream() throws IOException {
        try (RecordingUpstream closed = new RecordingUpstream()) {
            return closed.uri();
        }
    }

    /** An answer with its body as JSON. */
    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return MAPPER.readTree(response.body());
        }

        String code() {
            return json().path("code").asString();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port") + path);
    }

    HttpClient http() {
        return http;
    }

    JdbcClient jdbc() {
        return application.getBean(JdbcClient.class);
    }

    Answer get(String path, String token) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token));
    }

    Answer delete(String path, String token) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).DELETE().header("Authorization", "Bearer " + token));
    }

    Answer post(String path, String token, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        return send(posting(path, token, body, headers));
    }

    Answer post(String path, String token, String body) throws IOException, InterruptedException {
        return post(path, token, body, Map.of());
    }

    CompletableFuture<Answer> postAsync(String path, String token, String body, Map<String, String> headers) {
        return http.sendAsync(posting(path, token, body, headers).build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Answer::new);
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return new Answer(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    /** Makes a token and returns it. */
    String token(String name, String role, String tenant) throws IOException, InterruptedException {
        String body = "{\"name\":\"%s\",\"role\":\"%s\",\"tenant\":%s}"
                .formatted(name, role, tenant.isEmpty() ? "null" : "\"" + tenant + "\"");
        return post("/api/v1/tokens", OPERATOR, body).json().path("token").asString();
    }

    private HttpRequest.Builder posting(String path, String token, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token);
        headers.forEach(request::header);
        return request;
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        upstream.received().clear();
        upstream.answerWith(201);
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        application.close();
        upstream.close();
        http.close();
    }
}
