package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.processes.Commands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the model checker over {@code docs/spec}: the cutover as it is keeps its invariants in every interleaving, and
 * each mistake that the model knows is found.
 */
class CutoverModelIT {
    private static final Path MODEL =
            Path.of("..", "docs", "spec", "cutover.pml").toAbsolutePath().normalize();
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    @BeforeAll
    static void theCheckerAndACompilerAreThere() {
        assumeTrue(
                Commands.succeeds(List.of("spin", "-V")),
                "the model of the cutover is not checked: 'spin' is not installed; expected the package 'spin'");
        assumeTrue(
                Commands.succeeds(List.of("cc", "--version")),
                "the model of the cutover is not checked: no C compiler 'cc'; expected the package 'gcc'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-DLATE=1 -DHOLDS=2 -DWRITES=1", "-DLATE=0 -DHOLDS=3 -DWRITES=2"})
    void noInterleavingBreaksTheCutover(String bounds) {
        String report = check("-O2", bounds.split(" "));

        assertThat(report).contains("errors: 0");
        // A search that was cut short, or that never came to rest, proves nothing.
        assertThat(report)
                .doesNotContain("max search depth too small", "out of memory", "Search not completed")
                .contains("unreached in proctype Rest\n\t(0 of ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FENCE_AFTER_POSITION",
                "REOPEN_BEFORE_COMMIT",
                "LATE_COMMANDS",
                "FORWARD_AGAIN",
                "ASSUMED_COMMIT",
                "HOLD_WITHOUT_LEASE",
                "SEND_AGAIN",
                "ARMED_UNAWARE",
                "OLD_ROUTE"
            })
    void aBrokenCutoverIsRefuted(String mistake) {
        int late = mistake.equals("LATE_COMMANDS") ? 1 : 0;

        assertThat(check("-O0", "-DBROKEN_" + mistake, "-DLATE=" + late))
                .contains("assertion violated")
                .contains("errors: 1");
    }

    private String check(String optimization, String... definitions) {
        List<String> generate = new ArrayList<>(List.of("spin", "-a"));
        generate.addAll(List.of(definitions));
        generate.add(MODEL.toString());
        run(generate);
        run(
                List.of(
                        "cc",
                        optimization,
                        "-DSAFETY",
                        "-DNOCLAIM",
                        "-DCOLLAPSE",
                        "-DVECTORSZ=512",
                        "-DMEMLIM=2000",
                        "-o"),
                "pan",
                "pan.c");
        return run(List.of("./pan", "-E", "-m20000", "-w22"));
    }

    private String run(List<String> command, String... more) {
        List<String> there = new ArrayList<>(List.of("env", "-C", folder.toString()));
        there.addAll(command);
        there.addAll(List.of(more));
        return Commands.run(there, Map.of(), LIMIT);
    }
}
