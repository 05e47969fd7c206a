package io.godwit.launcher.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What an OpenAPI document says of an API's answers. */
final class ApiDescription {
    private static final List<String> COMPOSITIONS = List.of("allOf", "oneOf", "anyOf");

    private final JsonNode document;

    ApiDescription(JsonNode document) {
        this.document = document;
    }

    /**
     * Looks for fields that an answer has and the document does not know.
     *
     * @param path as the document has it
     * @param answer to a GET
     * @return where they are
     * @throws IllegalArgumentException if the document does not describe such an answer
     */
    List<String> undocumented(String path, JsonNode answer) {
        JsonNode schema = document.path("paths")
                .path(path)
                .path("get")
                .path("responses")
                .path("200")
                .path("content")
                .path("application/json")
                .path("schema");
        if (schema.isMissingNode()) {
            throw new IllegalArgumentException("the answer to GET " + path + " is not described");
        }
        List<String> found = new ArrayList<>();
        look(List.of(schema), answer, path, found);
        return found;
    }

    /** @param schemas of which one is to know the value */
    private void look(List<JsonNode> schemas, JsonNode value, String place, List<String> found) {
        List<JsonNode> known = schemas.stream().flatMap(this::parts).toList();
        if (value.isArray()) {
            List<JsonNode> items = known.stream()
                    .map(schema -> schema.path("items"))
                    .filter(JsonNode::isObject)
                    .toList();
            value.forEach(item -> look(items, item, place + "[]", found));
            return;
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            List<JsonNode> of = known.stream()
                    .map(schema -> schema.path("properties").path(field.getKey()))
                    .filter(JsonNode::isObject)
                    .toList();
            String where = place + "." + field.getKey();
            if (of.isEmpty()) {
                found.add(where);
            } else {
                look(of, field.getValue(), where, found);
            }
        }
    }

    private Stream<JsonNode> parts(JsonNode schema) {
        JsonNode reference = schema.path("$ref");
        if (reference.isString()) {
            return parts(document.at(reference.asString().substring(1)));
        }
        return Stream.concat(
                Stream.of(schema),
                COMPOSITIONS.stream()
                        .flatMap(name -> schema.path(name).valueStream())
                        .flatMap(this::parts));
    }
}
