package io.godwit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ServiceDefaultsTest {
    private static final Path DEFAULTS =
            Modules.root().resolve("service-defaults/src/main/resources/service-defaults.yaml");

    @Test
    void everyServiceImportsWhatAllServicesHaveAlike() throws IOException {
        assertThat(Modules.configurations()).isNotEmpty();
        for (Path configuration : Modules.configurations()) {
            assertThat(Files.readString(configuration))
                    .as(configuration.toString())
                    .contains("    import: classpath:" + DEFAULTS.getFileName());
        }
    }

    @Test
    void noServiceSetsWhatTheImportWouldSilentlyWinOver() throws IOException {
        Set<String> alike = properties(DEFAULTS);
        assertThat(alike).contains("logging.pattern.console", "server.address");
        for (Path configuration : Modules.configurations()) {
            assertThat(properties(configuration))
                    .as("move it out of " + DEFAULTS.getFileName() + " if services differ in it: " + configuration)
                    .doesNotContainAnyElementsOf(alike);
        }
    }

    /** The names of the properties that a file of plain nested YAML mappings sets. */
    private static Set<String> properties(Path yaml) throws IOException {
        Set<String> properties = new TreeSet<>();
        Deque<Key> path = new ArrayDeque<>();
        for (String line : Files.readAllLines(yaml)) {
            String text = line.strip();
            int colon = text.indexOf(':');
            if (colon < 0 || text.startsWith("#")) {
                continue;
            }
            int depth = line.indexOf(text);
            while (!path.isEmpty() && path.getLast().depth >= depth) {
                path.removeLast();
            }
            path.add(new Key(depth, text.substring(0, colon)));
            if (!text.endsWith(":")) {
                properties.add(path.stream().map(Key::name).collect(Collectors.joining(".")));
            }
        }
        return properties;
    }

    private record Key(int depth, String name) {}
}
