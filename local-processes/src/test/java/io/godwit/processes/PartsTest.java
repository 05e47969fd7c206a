package io.godwit.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
    @TempDir
    private Path empty;

    @Test
    void areFoundInTheSourceTreeWithBrokerAndStore() {
        Path parts = Parts.locate().directory();

        assertThat(parts).endsWith(Path.of("local-processes", "target", "parts"));
        assertThat(parts.resolve("kafka"))
                .isDirectoryContaining(jar -> jar.toString().contains("kafka_2.13-"));
        assertThat(parts.resolve("kafka"))
                .isDirectoryContaining(jar -> jar.toString().contains("slf4j-api-"));
        assertThat(Files.exists(parts.resolve("s3proxy"))).isTrue();
    }

    @Test
    void sayWhatToDoWhereAServerIsMissing() {
        assertThatThrownBy(() -> new Parts(empty).classPath("kafka"))
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("build the module local-processes");
    }
}
