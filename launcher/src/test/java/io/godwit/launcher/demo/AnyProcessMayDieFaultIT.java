package io.godwit.launcher.demo;

import io.godwit.launcher.faults.FaultCell;
import io.godwit.launcher.faults.FaultReport;
import io.godwit.launcher.faults.FaultReport.Outcome;
import io.godwit.launcher.faults.FaultSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills, restarts, stops or cuts off each participant, alone, at named points of a migration under load.
 * {@link FaultSelection} says which of them; the table of the outcomes is printed and kept in {@code target/faults.md}.
 */
@ExtendWith(E2ePlatformExtension.class)
class AnyProcessMayDieFaultIT {
    private static final Path TABLE = Path.of("target", "faults.md");
    private static final FaultReport report = new FaultReport();

    private final E2ePlatform platform;

    @TempDir
    private Path folder;

    AnyProcessMayDieFaultIT(E2ePlatform platform) {
        this.platform = platform;
    }

    static Stream<FaultCell> cells() {
        return FaultSelection.cells();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void theTenantIsServedFromOneSideWithEveryAcknowledgedWriteAndNothingIsLeft(FaultCell cell) throws Exception {
        Instant began = Instant.now();
        FaultRun run = new FaultRun(platform, cell, folder);
        try {
            Outcome outcome = run.run();
            report(cell, outcome.word(), outcome.detail(), began);
        } catch (Exception | AssertionError e) {
            report(cell, "**BROKEN**", run + ": " + e.getMessage(), began);
            platform.keepLogs(Path.of("target", "faults", cell.toString().replaceAll("[@/:]", "-")));
            throw e;
        } finally {
            platform.startMissing();
        }
    }

    /** Written after each, so that a run that is ended early tells what it has seen. */
    private static void report(FaultCell cell, String word, String detail, Instant began) throws IOException {
        long seconds = Duration.between(began, Instant.now()).toSeconds();
        report.add(cell, new Outcome(word, detail + " (" + seconds + " s)"));
        System.out.println(cell + " | " + detail.lines().findFirst().orElse("") + " (" + seconds + " s)");
        Files.writeString(TABLE, report.markdown());
    }

    @AfterAll
    static void print() {
        System.out.println(report.markdown());
    }
}
