package io.godwit.provisioning.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.ModelChecker;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange of roles and what takes it back, as {@code docs/spec} models them, searched by the model checker. */
class RoleExchangeModelIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void theCheckerAndACompilerAreThere() {
        ModelChecker.assumeThere();
    }

    @Test
    void noInterleavingHasTwoLeadersOrLosesAWrite() {
        assertThat(new ModelChecker("exchange.pml", folder).check("-O2", "-DCRASHES=3", "-DDEATHS=2"))
                .contains("errors: 0")
                .doesNotContain("max search depth too small", "out of memory", "Search not completed")
                .contains("unreached in proctype Rest\n\t(0 of ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RECORDED_AFTERWARDS", "END_NOT_AWAITED", "PROMOTION_UNSEEN", "LATE_EXCHANGE"})
    void aBrokenExchangeIsRefuted(String mistake) {
        assertThat(new ModelChecker("exchange.pml", folder).check("-O0", "-DBROKEN_" + mistake))
                .contains("assertion violated")
                .contains("errors: 1");
    }
}
