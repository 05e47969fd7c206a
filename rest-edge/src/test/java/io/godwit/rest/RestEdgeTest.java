package io.godwit.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

class RestEdgeTest {
    private static final String TOKEN = "internal-token";
    private static final String CALLER = "{\"name\":\"ada\",\"role\":\"TENANT_ADMIN\",\"tenant\":\"acme\"}";

    @TempDir
    static Path directory;

    private static ConfigurableApplicationContext application;
    private static RestClient anonymous;
    private static RestClient client;

    @BeforeAll
    static void start() throws IOException {
        Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        application = SpringApplication.run(
                EdgeTestApplication.class,
                "--spring.application.name=edge",
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--godwit.internal-token-file=" + token);
        anonymous = RestClient.builder()
                .baseUrl(base())
                .defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {})
                .build();
        client = anonymous
                .mutate()
                .defaultHeader(InternalToken.HEADER, TOKEN)
                .defaultHeader(CallerHeader.NAME, CALLER)
                .build();
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void requestWithoutTheInternalTokenIsRefused() {
        ResponseEntity<JsonNode> answer = exchange(anonymous.get().uri("/caller"));

        assertThat(answer.getStatusCode().value()).isEqualTo(401);
        assertThat(code(answer)).isEqualTo("UNAUTHENTICATED");
        assertThat(answer.getHeaders().getContentType())
                .isNotNull()
                .matches(type -> type.isCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wrong          | {\"name\":\"ada\",\"role\":\"OPERATOR\",\"tenant\":null}",
                "internal-token | {\"name\":\"ada\",\"role\":\"KING\",\"tenant\":null}",
                "internal-token | {\"role\":\"OPERATOR\"}",
                "internal-token | null",
                "internal-token | nonsense"
            })
    void wrongTokenOrUnusableCallerIsRefused(String token, String caller) {
        ResponseEntity<JsonNode> answer = exchange(anonymous
                .get()
                .uri("/caller")
                .header(InternalToken.HEADER, token)
                .header(CallerHeader.NAME, caller));

        assertThat(answer.getStatusCode().value()).isEqualTo(401);
        assertThat(code(answer)).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void controllerKnowsTheCaller() {
        JsonNode caller = body(exchange(client.get().uri("/caller")));

        assertThat(caller).hasToString(CALLER);
    }

    @Test
    void callerOfAnyNameFitsIntoAHeaderAndComesBackAsHeWas() {
        Caller caller = new Caller("Zo\u00eb\u007f", Caller.Role.VIEWER, "acme");

        String header = CallerHeader.encode(caller);

        assertThat(header).isASCII().isPrintable();
        assertThat(CallerHeader.decode(header)).isEqualTo(caller);
    }

    @Test
    void problemHasAllItsParts() {
        ResponseEntity<JsonNode> answer = exchange(client.get().uri("/orders/7"));

        assertThat(answer.getStatusCode().value()).isEqualTo(404);
        assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        JsonNode problem = body(answer);
        assertThat(problem.path("type").asString()).isEqualTo("about:blank");
        assertThat(problem.path("title").asString()).isEqualTo("Not Found");
        assertThat(problem.path("status").asInt()).isEqualTo(404);
        assertThat(problem.path("detail").asString()).isEqualTo("Order '7' does not exist");
        assertThat(problem.path("code").asString()).isEqualTo("ORDER_NOT_FOUND");
        assertThat(problem.path("instance").asString()).isEqualTo("/orders/7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"x\",           | 400 | MALFORMED_JSON    | line 1, column",
                "{\"name\":\"x\",\"count\":1}} | 400 | MALFORMED_JSON | line 1",
                "{\"name\":\"x\"}           | 422 | VALIDATION_FAILED | count is missing",
                "''                         | 400 | MALFORMED_JSON    | missing",
                "{\"name\":\" \",\"count\":11} | 422 | VALIDATION_FAILED | count",
                "{\"name\":\" \",\"count\":1}  | 422 | VALIDATION_FAILED | name",
                "{\"name\":\"x\",\"count\":\"many\"} | 422 | VALIDATION_FAILED | count is 'many'",
                "{\"name\":\"x\",\"count\":1,\"kind\":\"HUGE\"} | 422 | VALIDATION_FAILED | kind is 'HUGE'",
                "{\"name\":\"x\",\"count\":1,\"item\":{\"size\":-1}} | 422 | VALIDATION_FAILED | size -1 is negative",
                "{\"name\":\"x\",\"count\":1,\"item\":3} | 422 | VALIDATION_FAILED | item",
                "{\"name\":\"x\",\"count\":1,\"colour\":3} | 422 | VALIDATION_FAILED | colour is unknown",
                "{\"name\":\"a\\u0000b\",\"count\":1} | 422 | VALIDATION_FAILED | name contains the character U+0000",
                "[1]                        | 422 | VALIDATION_FAILED | body"
            })
    void unusableBodyGetsAProblemThatSaysWhere(String body, int status, String code, String named) {
        ResponseEntity<JsonNode> answer = exchange(client.post()
                .uri("/orders")
                .contentType(MediaType.APPLICATION_JSON)
                .body(body));

        assertThat(answer.getStatusCode().value()).isEqualTo(status);
        assertThat(code(answer)).isEqualTo(code);
        assertThat(detail(answer)).contains(named);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /nothing,       404, NOT_FOUND,          '/nothing'",
        "DELETE, /orders,        405, METHOD_NOT_ALLOWED, '/orders'",
        "GET,    /number,        400, INVALID_PARAMETER,  n",
        "GET,    /number?n=many, 400, INVALID_PARAMETER,  many",
        "GET,    /bounded?n=4,   422, VALIDATION_FAILED,  n",
        "GET,    /orders?limit=201, 400, INVALID_PARAMETER, 200",
        "GET,    /orders?limit=x, 400, INVALID_PARAMETER, x",
        "GET,    /orders?cursor=%21, 400, INVALID_PARAMETER, cursor",
        "GET,    /orders?cursor=MQAw, 400, INVALID_PARAMETER, cursor"
    })
    void unusableRequestGetsAProblem(String method, String path, int status, String code, String named) {
        ResponseEntity<JsonNode> answer =
                exchange(client.method(HttpMethod.valueOf(method)).uri(java.net.URI.create(base() + path)));

        assertThat(answer.getStatusCode().value()).isEqualTo(status);
        assertThat(code(answer)).isEqualTo(code);
        assertThat(detail(answer)).contains(named);
    }

    @Test
    void otherMediaTypeGetsAProblem() {
        ResponseEntity<JsonNode> answer = exchange(
                client.post().uri("/orders").contentType(MediaType.TEXT_PLAIN).body("x"));

        assertThat(answer.getStatusCode().value()).isEqualTo(415);
        assertThat(code(answer)).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void bugIsAnsweredWithAnIncidentAndWithoutItsMessage() {
        ResponseEntity<JsonNode> answer = exchange(client.get().uri("/bug"));

        assertThat(answer.getStatusCode().value()).isEqualTo(500);
        assertThat(code(answer)).isEqualTo("INTERNAL");
        assertThat(body(answer).toString()).doesNotContain("hunter2");
        assertThat(detail(answer)).containsPattern("[0-9a-f]{8}-[0-9a-f]{4}");
    }

    @Test
    void pagesFollowOneAnotherToTheEnd() {
        JsonNode first = body(exchange(client.get().uri("/orders?limit=2")));
        JsonNode second = next(first);
        JsonNode third = next(second);

        assertThat(first.path("items")).hasToString("[1,2]");
        assertThat(second.path("items")).hasToString("[3,4]");
        assertThat(third.path("items")).hasToString("[5]");
        assertThat(third.path("nextCursor").isNull()).isTrue();
    }

    private static JsonNode next(JsonNode page) {
        return body(exchange(client.get()
                .uri("/orders?limit=2&cursor={cursor}", page.path("nextCursor").asString())));
    }

    private static String base() {
        return "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
    }

    private static ResponseEntity<JsonNode> exchange(RestClient.RequestHeadersSpec<?> request) {
        return request.retrieve().toEntity(JsonNode.class);
    }

    private static JsonNode body(ResponseEntity<JsonNode> answer) {
        JsonNode body = answer.getBody();
        assertThat(body).isNotNull();
        return java.util.Objects.requireNonNull(body);
    }

    private static String code(ResponseEntity<JsonNode> answer) {
        return body(answer).path("code").asString();
    }

    private static String detail(ResponseEntity<JsonNode> answer) {
        return body(answer).path("detail").asString();
    }
}
