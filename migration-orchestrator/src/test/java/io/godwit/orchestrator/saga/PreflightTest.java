package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Finding;
import io.godwit.events.Finding.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightTest {
    @Test
    void aReasonThatManyObjectsHaveIsGivenOnce() {
        assertThat(Preflight.named(List.of(
                        blocker("public.a", "it is unlogged"),
                        blocker("public.b", "it is unlogged"),
                        blocker("public.c", "it has a trigger"))))
                .isEqualTo("it is unlogged; it has a trigger");
    }

    private static Finding blocker(String object, String message) {
        return new Finding(Severity.BLOCKER, "CODE", object, message, "a remedy");
    }
}
