package io.godwit.launcher.demo.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void eachIsTheValueOfItsRank() {
        List<Long> values = LongStream.rangeClosed(1, 200).boxed().toList().reversed();

        assertThat(Percentiles.of(values)).isEqualTo(new Percentiles(100, 190, 198, 200));
    }

    @Test
    void ofFewValuesTheHighOnesAreTheGreatest() {
        assertThat(Percentiles.of(List.of(90L, 70L, 80L))).isEqualTo(new Percentiles(80, 90, 90, 90));
        assertThat(Percentiles.of(List.of(42L))).isEqualTo(new Percentiles(42, 42, 42, 42));
    }
}
