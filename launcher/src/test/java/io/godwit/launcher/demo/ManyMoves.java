package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.endurance.EnduranceOptions;
import io.godwit.launcher.demo.endurance.EnduranceResult;
import io.godwit.launcher.demo.endurance.EnduranceRun;
import java.nio.file.Path;

/** An endurance run on the test's platform. */
final class ManyMoves {
    private ManyMoves() {}

    static void assertUnnoticed(E2ePlatform platform, EngineId engine, EnduranceOptions options, Path folder)
            throws InterruptedException {
        EnduranceRun run = new EnduranceRun(
                DemoEngines.of(engine),
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
