package io.godwit.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortDurationTest {
    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "2s,PT2S", "5m,PT5M", "1h,PT1H", "7d,PT168H", "PT1M30S,PT1M30S"})
    void peoplesAndIsoNotationAreRead(String given, Duration expected) {
        assertThat(new ShortDuration().convert(given)).isEqualTo(expected);
    }

    @Test
    void anythingElseIsRefusedWithAnExample() {
        assertThatThrownBy(() -> new ShortDuration().convert("2"))
                .hasMessageContaining("'2'")
                .hasMessageContaining("2s");
    }
}
