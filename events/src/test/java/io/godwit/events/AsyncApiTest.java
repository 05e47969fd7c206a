package io.godwit.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class AsyncApiTest {
    private static Map<String, Object> document = Map.of();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream resource = Objects.requireNonNull(AsyncApiTest.class.getResourceAsStream("/asyncapi.yaml"))) {
            document = new Yaml().load(resource);
        }
    }

    @Test
    void documentDescribesThePublicTopic() {
        assertThat(document.get("asyncapi")).isEqualTo("3.0.0");
        assertThat(object("channels", "migrations").get("address")).isEqualTo(Topics.MIGRATIONS);
    }

    @Test
    void everyEventTypeIsAMessageOfTheChannel() {
        List<Object> names = new ArrayList<>();
        for (Object reference : object("channels", "migrations", "messages").values()) {
            String pointer = String.valueOf(((Map<?, ?>) reference).get("$ref"));
            names.add(object(pointer.substring(2).split("/")).get("name"));
        }

        assertThat(names).containsExactlyElementsOf(eventTypes());
    }

    @ParameterizedTest
    @ValueSource(classes = {MigrationEvent.class, Failure.class})
    void schemaHasTheFieldsOfTheRecord(Class<?> type) {
        Map<String, Object> schema = object("components", "schemas", type.getSimpleName());

        assertThat(object("components", "schemas", type.getSimpleName(), "properties")
                        .keySet())
                .containsExactlyElementsOf(names(Arrays.asList(type.getRecordComponents())));
        assertThat((Collection<?>) schema.get("required"))
                .isEqualTo(names(Arrays.stream(type.getRecordComponents())
                        .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
                        .toList()));
    }

    @Test
    void enumerationsAreComplete() {
        assertThat(enumeration("MigrationEvent", "type")).isEqualTo(eventTypes());
        assertThat(enumeration("MigrationEvent", "status"))
                .isEqualTo(Arrays.stream(MigrationStatus.values())
                        .map(MigrationStatus::id)
                        .toList());
        assertThat(enumeration("MigrationEvent", "phase")).isEqualTo(constants(MigrationPhase.values()));
        assertThat(enumeration("Failure", "kind")).isEqualTo(constants(Failure.Kind.values()));
    }

    private static List<String> eventTypes() {
        return Arrays.stream(MigrationEventType.values())
                .map(MigrationEventType::cloudEventType)
                .toList();
    }

    private static List<String> names(List<RecordComponent> components) {
        return components.stream().map(RecordComponent::getName).toList();
    }

    private static List<String> constants(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static @Nullable Object enumeration(String schema, String property) {
        return object("components", "schemas", schema, "properties", property).get("enum");
    }

    @SuppressWarnings("unchecked") // YAML mappings have string keys here
    private static Map<String, Object> object(String... path) {
        Map<String, Object> current = document;
        for (String name : path) {
            current = (Map<String, Object>) Objects.requireNonNull(current.get(name), name);
        }
        return current;
    }
}
