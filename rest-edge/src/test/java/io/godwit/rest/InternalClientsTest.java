package io.godwit.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.RestClient;

class InternalClientsTest {
    private final InternalClients clients = new InternalClients(new InternalToken("secret"), "orchestrator");
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server = HttpServer.create();
    private volatile String seenToken = "";
    private volatile String seenCaller = "";
    private volatile int status = 200;
    private volatile String body = "\"fine\"";
    private volatile int failures;

    InternalClientsTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void callCarriesTheInternalTokenAndTheServiceAsItsCaller() {
        assertThat(client().get().uri("/x").retrieve().body(String.class)).isEqualTo("\"fine\"");
        assertThat(seenToken).isEqualTo("secret");
        assertThat(seenCaller).isEqualTo("{\"name\":\"orchestrator\",\"role\":\"OPERATOR\",\"tenant\":null}");
    }

    @Test
    void problemBecomesTheSameExceptionAgain() {
        status = 404;
        body = "{\"status\":404,\"code\":\"TENANT_NOT_FOUND\",\"detail\":\"Tenant 'x' does not exist\",\"more\":1}";

        assertThatThrownBy(() -> client().get().uri("/x").retrieve().body(String.class))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(404);
                    assertThat(problem.code()).isEqualTo("TENANT_NOT_FOUND");
                    assertThat(problem).hasMessage("Tenant 'x' does not exist");
                });
        assertThat(requests).hasValue(1);
    }

    @Test
    void errorThatIsNoProblemNamesTheService() {
        status = 500;
        body = "<html>";

        assertThatThrownBy(() -> client().get().uri("/x").retrieve().body(String.class))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo("UPSTREAM_FAILED"))
                .hasMessageContaining("provisioning")
                .hasMessageContaining("500");
    }

    @Test
    void readIsTriedAgain() {
        failures = 2;

        assertThat(client().get().uri("/x").retrieve().body(String.class)).isEqualTo("\"fine\"");
        assertThat(requests).hasValue(3);
    }

    @Test
    void writeIsNotTriedAgain() {
        failures = 2;

        assertThatThrownBy(() -> client().post().uri("/x").body("{}").retrieve().toBodilessEntity())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo("UPSTREAM_UNAVAILABLE"));
        assertThat(requests).hasValue(1);
    }

    @Test
    void serviceThatIsNotThereIsNamed() {
        RestClient client = client();
        server.stop(0);

        assertThatThrownBy(() -> client.get().uri("/x").retrieve().body(String.class))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.code()).isEqualTo("UPSTREAM_UNAVAILABLE");
                })
                .hasMessageContaining("'provisioning'");
    }

    private RestClient client() {
        return clients.to(
                "provisioning",
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        int number = requests.incrementAndGet();
        seenToken = exchange.getRequestHeaders().getFirst(InternalToken.HEADER);
        seenCaller = exchange.getRequestHeaders().getFirst(CallerHeader.NAME);
        if (number <= failures) {
            // No answer at all: the connection is closed.
            exchange.close();
            return;
        }
        byte[] answer = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
