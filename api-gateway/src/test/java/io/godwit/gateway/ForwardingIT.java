package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.GatewayFixture.Answer;
import io.godwit.testing.TestSecrets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ForwardingIT {
    @RegisterExtension
    private static final GatewayFixture gateway = new GatewayFixture();

    @Test
    void requestReachesItsServiceUnchangedWithTheInternalTokenAndTheCaller() throws Exception {
        Answer answer = gateway.post("/api/v1/tenants?x=a%20b", GatewayFixture.OPERATOR, "{\"id\":\"acme\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("password").asString()).startsWith("s3cret-");
        assertThat(answer.header("Location")).isEqualTo("/api/v1/somewhere");
        RecordingUpstream.Received received = gateway.upstream.received().getFirst();
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.uri()).isEqualTo("/api/v1/tenants?x=a%20b");
        assertThat(received.body()).isEqualTo("{\"id\":\"acme\"}");
        assertThat(received.header("X-godwit-internal-token"))
                .isEqualTo(Files.readString(TestSecrets.internalTokenFile()).strip());
        assertThat(received.header("X-godwit-caller"))
                .isEqualTo("{\"name\":\"operator\",\"role\":\"OPERATOR\",\"tenant\":null}");
    }

    @Test
    void clientCanNeitherForgeItsIdentityNorSeeItsTokenForwarded() throws Exception {
        String viewer = gateway.token("forger", "viewer", "acme");
        gateway.send(HttpRequest.newBuilder(gateway.uri("/api/v1/servers"))
                .header("Authorization", "Bearer " + viewer)
                .header("X-Godwit-Caller", "{\"name\":\"root\",\"role\":\"OPERATOR\",\"tenant\":null}")
                .header("x-godwit-internal-token", "guess")
                .header("X-Godwit-Anything", "else"));

        RecordingUpstream.Received received = gateway.upstream.received().getLast();
        assertThat(received.header("X-godwit-caller"))
                .isEqualTo("{\"name\":\"forger\",\"role\":\"VIEWER\",\"tenant\":\"acme\"}");
        assertThat(received.header("X-godwit-internal-token")).doesNotContain("guess");
        assertThat(received.headers()).doesNotContainKeys("X-godwit-anything", "Authorization");
    }

    @Test
    void callerMayHaveANameInAnyScript() throws Exception {
        String name = "Zoë 東京 🚢";
        gateway.get("/api/v1/servers", gateway.token(name, "viewer", "acme"));

        String caller = gateway.upstream.received().getLast().header("X-godwit-caller");
        assertThat(caller).isASCII().isPrintable();
        assertThat(JsonMapper.shared().readTree(caller).path("name").asString()).isEqualTo(name);
    }

    @Test
    void serviceThatDoesNotAnswerIsNamed() throws Exception {
        Answer answer = gateway.get("/api/v1/backups/bkp_a", GatewayFixture.OPERATOR);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("UPSTREAM_UNAVAILABLE");
        assertThat(answer.json().path("detail").asString()).contains("backup");
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void problemOfAServicePassesThrough() throws Exception {
        gateway.upstream.answerWith(409);

        assertThat(gateway.post("/api/v1/tenants", GatewayFixture.OPERATOR, "{}")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void eventsArriveOneByOneAndTheStreamIsResumable() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        gateway.upstream.holdSecondEventAt(second);
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/api/v1/migrations/mig_a/events"))
                .header("Authorization", "Bearer " + GatewayFixture.OPERATOR)
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", "7")
                .build();

        HttpResponse<InputStream> response = gateway.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("id: 1");
            assertThat(lines.readLine()).isEqualTo("data: first");
            second.countDown();
            assertThat(lines.lines()).containsSubsequence("id: 2", "data: second");
        }
        assertThat(gateway.upstream.received().getLast().header("Last-event-id"))
                .isEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/nothing", "/api/v1/webhooks/x", "/api/internal/v1/databases/acme/orders"})
    void unknownPathIsNotForwarded(String path) throws Exception {
        Answer answer = gateway.get(path, GatewayFixture.OPERATOR);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("NOT_FOUND");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/servers/../../../internal/v1/databases",
                "/api/v1/servers/%2e%2e/x",
                "/api/v1//servers",
                "/api/v1/servers;a=b",
                "/api/v1/servers/a%2fb",
                "/api/v1/servers/a%5cb"
            })
    void pathThatCanBeReadInTwoWaysIsRefused(String path) throws Exception {
        assertThat(rawStatusOfGet(path)).isEqualTo("HTTP/1.1 400 ");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void bodyThatIsTooLongIsRefused() throws Exception {
        Answer answer = gateway.post("/api/v1/tenants", GatewayFixture.OPERATOR, "x".repeat(1024 * 1024 + 1));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("REQUEST_TOO_LARGE");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void internalPathsAreNotReachable() throws Exception {
        Answer answer = gateway.get("/internal/v1/databases/acme/orders", GatewayFixture.OPERATOR);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void rootTellsWhereTheDescriptionIsAndHealthIsOpen() throws Exception {
        Answer root = gateway.send(HttpRequest.newBuilder(gateway.uri("/")));
        Answer health = gateway.send(HttpRequest.newBuilder(gateway.uri("/actuator/health/readiness")));
        Answer openapi = gateway.send(HttpRequest.newBuilder(gateway.uri("/api/v1/openapi.json")));

        assertThat(root.json().path("openapi").asString()).isEqualTo("/api/v1/openapi.json");
        assertThat(health.status()).isEqualTo(200);
        assertThat(openapi.json().path("openapi").asString()).isEqualTo("3.1.0");
    }

    @Test
    void formBodyIsForwardedAsItIs() throws Exception {
        gateway.post("/api/v1/servers/srv_a/drain", GatewayFixture.OPERATOR, "", Map.of("X-Note", "n"));

        assertThat(gateway.upstream.received().getLast().body()).isEmpty();
        assertThat(gateway.upstream.received().getLast().header("X-note")).isEqualTo("n");
    }

    /** The JDK's client would tidy up the path. */
    private static String rawStatusOfGet(String path) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + GatewayFixture.OPERATOR + "\r\nConnection: close\r\n\r\n";
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
