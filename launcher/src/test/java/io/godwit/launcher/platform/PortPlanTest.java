package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortPlanTest {
    private static final Optional<PortPlan> NONE_KEPT = Optional.empty();

    @Test
    void theUsualPortsAreTakenWhereTheyAreFree() {
        PortPlan plan = PortPlan.choose(NONE_KEPT, null, port -> true);

        assertThat(plan.port(PlatformPort.GATEWAY)).isEqualTo(8080);
        assertThat(plan.port(PlatformPort.PROXY_POSTGRESQL)).isEqualTo(15432);
        assertThat(plan.port(PlatformPort.SERVICES_DATABASE)).isEqualTo(15430);
    }

    @Test
    void oneTakenPortMovesAllOfThemToARangeThatIsFree() {
        Set<Integer> taken = Set.of(8080, 20_003);

        PortPlan plan = PortPlan.choose(NONE_KEPT, null, port -> !taken.contains(port));

        assertThat(plan.base()).isEqualTo(20_500);
        assertThat(plan.taken(port -> !taken.contains(port))).isEmpty();
    }

    @Test
    void theVariableWinsOverWhatWasKeptAndOverWhatIsFree() {
        PortPlan plan = PortPlan.choose(Optional.of(new PortPlan(null)), "21000", port -> false);

        assertThat(plan.port(PlatformPort.GATEWAY)).isEqualTo(21_000);
        assertThat(plan.port(PlatformPort.FIRST_TENANT_SERVER)).isEqualTo(21_020);
    }

    @Test
    void whatWasKeptStaysEvenWhereOthersHaveTakenIt() {
        assertThat(PortPlan.choose(Optional.of(new PortPlan(23_000)), null, port -> false))
                .isEqualTo(new PortPlan(23_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "80", "99999", "-1", "65500", "21000x"})
    void aBaseThatIsNoUsablePortIsRefused(String base) {
        assertThatThrownBy(() -> PortPlan.choose(NONE_KEPT, base, port -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GODWIT_PORT_BASE is '" + base + "'");
    }

    @Test
    void noTwoPortsAreTheSame() {
        for (PortPlan plan : new PortPlan[] {new PortPlan(null), new PortPlan(30_000)}) {
            Stream<Integer> ports = Arrays.stream(PlatformPort.values()).map(plan::port);
            assertThat(ports).doesNotHaveDuplicates();
        }
    }

    @Test
    void isReadAsItWasWritten(@TempDir Path folder) {
        Path file = folder.resolve("ports.properties");
        assertThat(PortPlan.read(file)).isEmpty();
        for (PortPlan plan : new PortPlan[] {new PortPlan(null), new PortPlan(30_000)}) {
            plan.write(file);
            assertThat(PortPlan.read(file)).contains(plan);
        }
    }
}
