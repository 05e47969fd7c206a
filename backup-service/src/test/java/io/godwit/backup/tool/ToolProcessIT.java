package io.godwit.backup.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.backup.failure.OperationFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolProcessIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ToolProcesses processes = new ToolProcesses();

    @Test
    void aProgramSeesOnlyTheEnvironmentThatWasMeantForIt() throws Exception {
        try (ToolProcess process = processes.start(List.of("/usr/bin/env"), Map.of("PGPASSWORD", "secret"))) {
            String output = new String(process.output().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(output.lines()).hasSize(3).contains("LC_ALL=C", "PGPASSWORD=secret");
            assertThat(process.await(LONG).successful()).isTrue();
        }
    }

    @Test
    void theReasonOfAFailureIsTheLastErrorLineWithoutItsDetails() throws Exception {
        String script = "echo 'pg_dump: error: no such thing' >&2; echo 'DETAIL: a row' >&2; exit 3";
        try (ToolProcess process = processes.start(List.of("/bin/sh", "-c", script), Map.of())) {
            ToolExit exit = process.await(LONG);

            assertThat(exit.code()).isEqualTo(3);
            assertThat(exit.reason()).isEqualTo("pg_dump: error: no such thing");
        }
    }

    @Test
    void ofMuchStandardErrorTheEndIsKept() throws Exception {
        String script = "seq 1 100000 >&2; echo 'error: the end' >&2; exit 1";
        try (ToolProcess process = processes.start(List.of("/bin/sh", "-c", script), Map.of())) {
            ToolExit exit = process.await(LONG);

            assertThat(exit.errors()).hasSizeLessThanOrEqualTo(8192).contains("99999");
            assertThat(exit.reason()).isEqualTo("error: the end");
        }
    }

    @Test
    void aProgramThatDoesNotEndIsKilled() {
        try (ToolProcess process = processes.start(List.of("/bin/sleep", "60"), Map.of())) {
            assertThatThrownBy(() -> process.await(Duration.ofMillis(50)))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("has not ended after PT0.05S");
            assertThat(process.output()).isEmpty();
        }
    }

    @Test
    void aMissingProgramIsNamed() {
        assertThatThrownBy(() -> processes.start(List.of("/nowhere/pg_dump"), Map.of()))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("/nowhere/pg_dump");
    }
}
