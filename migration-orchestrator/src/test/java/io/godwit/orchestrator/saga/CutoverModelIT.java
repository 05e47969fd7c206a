package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.ModelChecker;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the model checker over {@code docs/spec}: the cutover as it is keeps its invariants in every interleaving, and
 * each mistake that the model knows is found.
 */
class CutoverModelIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void theCheckerAndACompilerAreThere() {
        ModelChecker.assumeThere();
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
        return new ModelChecker("cutover.pml", folder).check(optimization, definitions);
    }
}
