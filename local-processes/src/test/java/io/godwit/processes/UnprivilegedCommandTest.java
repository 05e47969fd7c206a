package io.godwit.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnprivilegedCommandTest {
    @Test
    void theCommandNeverRunsAsRoot() {
        String user =
                Commands.run(UnprivilegedCommand.detect().wrap(List.of("id", "-u")), Map.of(), Duration.ofSeconds(10));

        assertThat(user.strip()).isNotEqualTo("0");
    }

    @Test
    void aUserWhoIsNotRootRunsTheCommandAsItIs() {
        assertThat(UnprivilegedCommand.AS_IS.wrap(List.of("id", "-u"))).containsExactly("id", "-u");
    }
}
