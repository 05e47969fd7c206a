package io.godwit.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RenderingTest {
    private final StringWriter screen = new StringWriter();

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("id", "status");
        table.row("mig_123", "ready");
        table.row("m", "failed");

        assertThat(table.lines()).containsExactly("ID       STATUS", "mig_123  ready", "m        failed");
    }

    @Test
    void aTerminalGetsOneLineThatIsRedrawn() {
        try (ProgressLine line = new ProgressLine(new PrintWriter(screen), true)) {
            line.show(OptionalDouble.of(0), "copying");
            line.show(OptionalDouble.of(50), "copying");
        }

        assertThat(screen.toString())
                .contains("[############............] copying")
                .contains("\r\033[K")
                .containsOnlyOnce("\n");
    }

    @Test
    void aPipeGetsALineForEachChangeAndNoEscapes() {
        try (ProgressLine line = new ProgressLine(new PrintWriter(screen), false)) {
            line.show(OptionalDouble.of(10), "a");
            line.show(OptionalDouble.of(20), "a");
            line.show(OptionalDouble.of(30), "b");
        }

        assertThat(screen.toString().lines()).containsExactly("a", "b");
    }

    @Test
    void quantitiesCarryUnits() {
        assertThat(Quantities.bytes(1023)).isEqualTo("1023 B");
        assertThat(Quantities.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Quantities.count(1234567)).isEqualTo("1,234,567");
        assertThat(Quantities.duration(Duration.ofMillis(87))).isEqualTo("87 ms");
        assertThat(Quantities.duration(Duration.ofSeconds(61))).isEqualTo("1 min 1 s");
    }
}
