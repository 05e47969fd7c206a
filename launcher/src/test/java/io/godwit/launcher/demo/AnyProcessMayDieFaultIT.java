package io.godwit.launcher.demo;

import io.godwit.launcher.faults.FaultCell;
import io.godwit.launcher.faults.FaultReport;
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
 * Kills or stops each process of the platform, alone, at named points of a migration under load. {@link FaultSelection}
 * says which of them; the table of the outcomes is printed and kept in {@code target/faults.md}.
 */
@ExtendWith(E2ePlatformExtension.class)
class AnyProcessMayDieFaultIT {
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

    @ParameterizedTest
    @MethodSource("cells")
    void theTenantIsServedFromOneSideWithEveryAcknowledgedWriteAndNothingIsLeft(FaultCell cell) throws Exception {
        Instant began = Instant.now();
        String outcome = "BROKEN";
        try {
            outcome = new FaultRun(platform, cell, folder).run();
        } finally {
            platform.points().release(cell.point());
            platform.startMissing();
            long seconds = Duration.between(began, Instant.now()).toSeconds();
            report.add(cell, outcome + " (" + seconds + " s)");
        }
    }

    @AfterAll
    static void print() throws IOException {
        String table = report.markdown();
        Files.writeString(Path.of("target", "faults.md"), table);
        System.out.println(table);
    }
}
