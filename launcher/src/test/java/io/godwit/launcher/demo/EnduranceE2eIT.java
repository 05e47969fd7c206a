package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.launcher.demo.endurance.EnduranceOptions;
import io.godwit.launcher.demo.endurance.EnduranceResult;
import io.godwit.launcher.demo.endurance.EnduranceRun;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One database moves again and again under the same sessions; {@code benchmarks/endurance} does it hundreds of times. */
@ExtendWith(E2ePlatformExtension.class)
class EnduranceE2eIT {
    private static final int MOVES = 8;
    private static final long ROWS = 2_000;
    private static final int CLIENTS = 4;

    private final E2ePlatform platform;

    @TempDir
    private Path folder;

    EnduranceE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @Test
    void manyMovesInARowLoseNothingAndNoClientNotices() throws InterruptedException {
        EnduranceOptions options = new EnduranceOptions(
                MOVES, ROWS, CLIENTS, ThreadLocalRandom.current().nextLong());
        EnduranceRun run = new EnduranceRun(
                DemoEngines.of(E2ePlatform.engine()),
                options,
                platform.api(),
                E2ePlatform.freshDatabase(),
                folder,
                System.out::println);
        EnduranceResult result = run.run();
        run.cleanUp();

        assertThat(result.remarks()).as("seed %d", options.seed()).isEmpty();
        assertThat(result.good()).isTrue();
    }
}
