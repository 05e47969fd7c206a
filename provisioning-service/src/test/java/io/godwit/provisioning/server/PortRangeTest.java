package io.godwit.provisioning.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangeTest {
    @Test
    void holdsBothEnds() {
        assertThat(PortRange.of("25000-25002").ports()).containsExactly(25_000, 25_001, 25_002);
    }

    @Test
    void countsFromTheFirst() {
        assertThat(PortRange.of("25000+999")).isEqualTo(new PortRange(25_000, 25_999));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "25000", "25000-", "b-c", "26000-25000", "0-10", "60000-70000"})
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> PortRange.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
