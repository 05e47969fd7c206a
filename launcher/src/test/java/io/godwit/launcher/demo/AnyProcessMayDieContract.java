package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;
import io.godwit.launcher.faults.FaultCase;
import io.godwit.launcher.faults.FaultReport;
import io.godwit.launcher.faults.FaultReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills, restarts, stops or cuts off each participant, alone, at named points of a migration under load. The tables of the
 * outcomes are kept in {@code target/faults-<engine>.md}. Subclasses say which cells, by a static method {@code cases}.
 */
@ExtendWith(E2ePlatformExtension.class)
abstract class AnyProcessMayDieContract {
    private static final Path TARGET = Path.of("target");
    private static final Map<EngineId, FaultReport> reports = new EnumMap<>(EngineId.class);

    private final E2ePlatform platform;

    @TempDir
    private Path folder;

    AnyProcessMayDieContract(E2ePlatform platform) {
        this.platform = platform;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theTenantIsServedFromOneSideWithEveryAcknowledgedWriteAndNothingIsLeft(FaultCase asked) throws Exception {
        Instant began = Instant.now();
        FaultRun run = new FaultRun(platform, asked, folder);
        try {
            Outcome outcome = run.run();
            report(asked, outcome.word(), outcome.detail(), began);
        } catch (Exception | AssertionError e) {
            report(asked, "**BROKEN**", run + ": " + e.getMessage(), began);
            platform.keepLogs(TARGET.resolve("faults").resolve(asked.toString().replaceAll("[@/: ]", "-")));
            throw e;
        } finally {
            platform.startMissing();
        }
    }

    /** Written after each, so that a run that is ended early tells what it has seen. */
    private static void report(FaultCase asked, String word, String detail, Instant began) throws IOException {
        long seconds = Duration.between(began, Instant.now()).toSeconds();
        FaultReport report = reports.computeIfAbsent(asked.engine(), FaultReport::new);
        report.add(asked, new Outcome(word, detail + " (" + seconds + " s)"));
        System.out.println(asked + " | " + detail.lines().findFirst().orElse("") + " (" + seconds + " s)");
        Files.writeString(TARGET.resolve("faults-" + asked.engine().id() + ".md"), report.markdown());
    }
}
