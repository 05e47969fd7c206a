package io.godwit.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.godwit.engines.EngineId;
import io.godwit.launcher.faults.FaultReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultRecordTest {
    @TempDir
    private Path folder;

    @Test
    void theNextRunKnowsWhatTheLastOneAskedAndAsksOnlyWhatWasBrokenAgain() {
        Path file = folder.resolve("outcomes.tsv");
        FaultCase ready = only(EngineId.POSTGRESQL, "proxy@HOLD/answering:kill");
        FaultCase broken = only(EngineId.POSTGRESQL, "source@COPY/received:cut");
        FaultCase ofRedis = only(EngineId.REDIS, "s3@COPY/received:kill");

        FaultRecord first = FaultRecord.in(file);
        first.add(ready, new Outcome("ready", "ready,\n\tattempts 1"));
        first.add(broken, Outcome.broken("a write was lost"));
        first.add(ofRedis, new Outcome("ready", ""));

        FaultRecord next = FaultRecord.in(file);
        assertThat(next.outcomes(EngineId.POSTGRESQL))
                .containsExactly(
                        entry(ready, new Outcome("ready", "ready, attempts 1")),
                        entry(broken, Outcome.broken("a write was lost")));
        assertThat(next.asked(EngineId.POSTGRESQL)).containsExactly(ready.cell());
        assertThat(next.asked(EngineId.REDIS)).containsExactly(ofRedis.cell());

        next.add(broken, new Outcome("ready", "mended"));

        assertThat(next.asked(EngineId.POSTGRESQL)).containsExactlyInAnyOrder(ready.cell(), broken.cell());
        assertThat(next.outcomes(EngineId.POSTGRESQL)).hasSize(2);
    }

    @Test
    void aLineThatIsNoOutcomeIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("outcomes.tsv"), "postgresql\tup\tnobody@COPY\n");

        assertThatThrownBy(() -> FaultRecord.in(file).asked(EngineId.POSTGRESQL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody@COPY")
                .hasMessageContaining("outcomes.tsv");
    }

    private static FaultCase only(EngineId engine, String name) {
        return FaultSelection.select(engine, name).findFirst().orElseThrow();
    }
}
