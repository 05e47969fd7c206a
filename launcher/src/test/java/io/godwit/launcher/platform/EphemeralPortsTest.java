package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EphemeralPortsTest {
    private static final EphemeralPorts USUAL = new EphemeralPorts(32_768, 60_999);

    @Test
    void areReadAsTheKernelWritesThem(@TempDir Path folder) throws IOException {
        Path setting = Files.writeString(folder.resolve("range"), "32768\t60999\n");

        assertThat(EphemeralPorts.read(setting)).contains(USUAL);
        assertThat(EphemeralPorts.read(Files.writeString(setting, "all\n"))).isEmpty();
        assertThat(EphemeralPorts.read(folder.resolve("none"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_024, 20_000, 31_748, 61_000, 64_000})
    void aPlanOutsideTheRangeIsWarnedOfNothing(int base) {
        assertThat(USUAL.warning(new PortPlan(base))).isEmpty();
    }

    @Test
    void theUsualPortsAreOutsideTheUsualRange() {
        assertThat(USUAL.warning(new PortPlan(null))).isEmpty();
    }

    @Test
    void aPlanInsideTheRangeIsWarnedOfWithABaseThatIsHarmless() {
        assertThat(USUAL.warning(new PortPlan(40_000)))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .startsWith("WARNING: this platform's ports from 40000 up")
                        .contains("(32768 to 60999)", "set GODWIT_PORT_BASE to 31748 or less"));
    }

    @Test
    void theLastPortsOfTenantServersCountToo() {
        assertThat(USUAL.warning(new PortPlan(31_749)))
                .hasValueSatisfying(warning -> assertThat(warning).contains("ports from 32768 up"));
    }

    @Test
    void whereNoBaseIsHarmlessTheRangeIsToBeNarrowed() {
        assertThat(new EphemeralPorts(1_024, 65_535).warning(new PortPlan(null)))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .contains("ports from 8080 up", "narrow the range in /proc/sys/net/ipv4/ip_local_port_range"));
    }
}
