package io.godwit.gateway.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiTest {
    private static final List<String> OWN_PATHS =
            List.of("/api/v1/tokens", "/api/v1/tokens/{id}", "/api/v1/audit", "/api/v1/openapi.json");
    private static final Set<String> METHODS = Set.of("get", "post", "delete");
    private static JsonNode document = JsonMapper.shared().nullNode();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream resource = Objects.requireNonNull(OpenApiTest.class.getResourceAsStream("/openapi.json"))) {
            document = JsonMapper.shared().readTree(resource);
        }
    }

    @Test
    void documentCoversExactlyThePathsTheGatewayServes() {
        List<String> served = Stream.concat(
                        OWN_PATHS.stream(),
                        Arrays.stream(Upstream.values()).flatMap(upstream -> upstream.paths().stream()))
                .toList();

        assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
        assertThat(document.path("paths").propertyNames()).containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void everyOperationHasANameOfItsOwnAndSaysHowItFails() {
        Set<String> names = new HashSet<>();
        operations().forEach(operation -> {
            assertThat(names.add(operation.path("operationId").asString())).isTrue();
            assertThat(operation.path("responses").path("default").path("$ref").asString())
                    .isEqualTo("#/components/responses/Problem");
        });
        assertThat(names).hasSizeGreaterThan(25);
    }

    @Test
    void everyPostTakesAnIdempotencyKey() {
        assertThat(document.path("paths")
                        .valueStream()
                        .map(path -> path.path("post"))
                        .filter(JsonNode::isObject))
                .isNotEmpty()
                .allSatisfy(post -> assertThat(post.path("parameters").valueStream())
                        .anyMatch(parameter -> parameter.path("$ref").asString().endsWith("/idempotencyKey")));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = document.findValuesAsString("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    private static Stream<JsonNode> operations() {
        return document.path("paths")
                .valueStream()
                .flatMap(path -> path.propertyStream()
                        .filter(property -> METHODS.contains(property.getKey()))
                        .map(java.util.Map.Entry::getValue));
    }
}
