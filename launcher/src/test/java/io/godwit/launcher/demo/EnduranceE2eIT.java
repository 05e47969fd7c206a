package io.godwit.launcher.demo;

import io.godwit.launcher.demo.endurance.EnduranceOptions;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One database moves again and again under the same sessions; {@code benchmarks/endurance} does it hundreds of times. */
@ExtendWith(E2ePlatformExtension.class)
class EnduranceE2eIT {
    private static final int MOVES = 20;
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
        ManyMoves.assertUnnoticed(platform, E2ePlatform.engine(), options, folder);
    }
}
