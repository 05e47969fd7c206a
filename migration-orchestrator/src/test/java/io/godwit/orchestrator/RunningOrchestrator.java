package io.godwit.orchestrator;

import com.sun.net.httpserver.HttpServer;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.ServicesDatabase.Schema;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service, started as in production, with a directory of databases that knows {@code acme/orders} and a few more. */
final class RunningOrchestrator implements AutoCloseable {
    static final String OPERATOR = "{\"name\":\"ops\",\"role\":\"OPERATOR\",\"tenant\":null}";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer directory;
    private final Schema schema;
    private ConfigurableApplicationContext context;

    RunningOrchestrator(Schema schema) throws IOException {
        this.schema = schema;
        this.directory = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        directory.createContext("/internal/v1/databases/", exchange -> {
            boolean known = exchange.getRequestURI().getPath().startsWith("/internal/v1/databases/acme/orders");
            String body = known
                    ? "{\"databaseId\":\"acme/orders\",\"engine\":\"postgresql\",\"tier\":\"shared\",\"epoch\":7}"
                    : "{\"status\":404,\"code\":\"DATABASE_NOT_FOUND\",\"detail\":\"Database does not exist\"}";
            exchange.getResponseHeaders().set("Content-Type", known ? "application/json" : "application/problem+json");
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 404, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        directory.start();
        this.context = run();
    }

    void restart() {
        stop();
        start();
    }

    void stop() {
        context.close();
    }

    /** Whether it was told to, which may be some time before it has. */
    boolean isStopping() {
        return context.isClosed();
    }

    void start() {
        context = run();
    }

    /** An answer with its status. */
    record Answer(int status, JsonNode body) {}

    Answer post(String path, String body) throws IOException, InterruptedException {
        return postAs(OPERATOR, path, body);
    }

    Answer postAs(String caller, String path, String body) throws IOException, InterruptedException {
        return send(request(path, caller).POST(BodyPublishers.ofString(body)).build());
    }

    Answer get(String path) throws IOException, InterruptedException {
        return getAs(OPERATOR, path);
    }

    Answer getAs(String caller, String path) throws IOException, InterruptedException {
        return send(request(path, caller).GET().build());
    }

    /** Reads a stream of events to its end. */
    String stream(String path, String lastEventId) throws IOException, InterruptedException {
        HttpRequest request = request(path, OPERATOR)
                .header("Last-Event-ID", lastEventId)
                .timeout(Duration.ofSeconds(60))
                .GET()
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private HttpRequest.Builder request(String path, String caller) {
        try {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path.replace("'", "%27")))
                    .header("Content-Type", "application/json")
                    .header("X-Godwit-Caller", caller)
                    .header(
                            "X-Godwit-Internal-Token",
                            Files.readString(TestSecrets.internalTokenFile()).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    private String port() {
        return String.valueOf(context.getEnvironment().getProperty("local.server.port"));
    }

    private ConfigurableApplicationContext run() {
        return new SpringApplicationBuilder(OrchestratorApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.datasource.url=" + schema.url(),
                        "--spring.datasource.username=" + schema.user(),
                        "--spring.datasource.password=" + schema.password(),
                        "--spring.kafka.bootstrap-servers="
                                + KafkaBroker.shared().bootstrapServers(),
                        "--godwit.internal-token-file=" + TestSecrets.internalTokenFile(),
                        "--godwit.provisioning.url=http://127.0.0.1:"
                                + directory.getAddress().getPort(),
                        "--godwit.migrations.preflight-timeout=6s");
    }

    @Override
    public void close() {
        context.close();
        directory.stop(0);
        http.close();
    }
}
