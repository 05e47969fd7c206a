package io.godwit.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each message has a golden copy of its JSON. A released golden copy never changes; a new message gets one with
 * {@code -Dgodwit.golden.write=true}.
 */
class GoldenMessagesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final JsonMapper MAPPER = MessageJson.mapper();

    static Stream<Map.Entry<String, Class<?>>> contract() {
        Map<String, Class<?>> all = new TreeMap<>(MessageTypes.all());
        all.put("io.godwit.route.v1", DatabaseRoute.class);
        all.put("io.godwit.migration.v1", MigrationEvent.class);
        return all.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("contract")
    void messageIsWrittenAsItsGoldenCopyAndReadBackEqual(Map.Entry<String, Class<?>> message) throws IOException {
        Object sample = SampleRecords.of(message.getValue());
        String json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(sample) + "\n";
        Path golden = GOLDEN.resolve(message.getKey() + ".json");
        if (Boolean.getBoolean("godwit.golden.write") && !Files.exists(golden)) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, json);
        }

        assertThat(golden).content().isEqualTo(json);
        assertThat((Object) MAPPER.readValue(json, message.getValue())).isEqualTo(sample);
    }

    @Test
    void everyGoldenCopyBelongsToAMessage() throws IOException {
        Set<String> expected =
                contract().map(message -> message.getKey() + ".json").collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void messageOfALaterVersionWithOneMorePropertyIsRead() {
        String json = """
                {"proxyId":"p","sessions":3,"colour":"blue"}""";

        assertThat(MAPPER.readValue(json, ProxyEvent.ProxyHeartbeat.class))
                .isEqualTo(new ProxyEvent.ProxyHeartbeat("p", 3));
    }

    @Test
    void eachTypeNamesOneMessageAndBack() {
        assertThat(MessageTypes.all()).allSatisfy((type, message) -> {
            assertThat(MessageTypes.typeOf(message)).isEqualTo(type);
            assertThat(MessageTypes.classOf(type)).contains(message);
            assertThat(type).matches("io\\.godwit\\.[a-z]+\\.[a-z-]+\\.v1");
        });
        assertThat(MessageTypes.classOf("io.godwit.proxy.unheard-of.v1")).isEmpty();
    }
}
