package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;
import io.godwit.launcher.faults.FaultCase;
import io.godwit.launcher.faults.FaultRecord;
import io.godwit.launcher.faults.FaultReport;
import io.godwit.launcher.faults.FaultReport.Outcome;
import io.godwit.processes.DirectoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills, restarts, stops or cuts off each participant, alone, at named points of a migration under load. The tables of the
 * outcomes are kept in {@code target/faults-<engine>.md}. Each cell is a test, which ends when the cell has. Subclasses say
 * which cells.
 */
@ExtendWith(E2ePlatformExtension.class)
abstract class AnyProcessMayDieContract {
    private static final Path TARGET = Path.of("target");
    private static final Map<EngineId, FaultReport> reports = new EnumMap<>(EngineId.class);
    private static final FaultRecord kept = FaultRecord.ofProperty();

    private final E2ePlatforms platforms;

    @TempDir
    private Path folder;

    AnyProcessMayDieContract(E2ePlatforms platforms) {
        this.platforms = platforms;
    }

    /** Each is taken from the stream when it is to be asked. */
    abstract Stream<FaultCase> cases();

    @TestFactory
    Stream<DynamicTest> theTenantIsServedFromOneSideWithEveryAcknowledgedWriteAndNothingIsLeft() {
        return SideBySide.ask(cases(), this::ask)
                .map(answer -> DynamicTest.dynamicTest(answer.asked().toString(), answer::assertWell));
    }

    private FaultAnswer ask(int platform, FaultCase asked) throws InterruptedException {
        Instant began = Instant.now();
        FaultRun run = null;
        try {
            E2ePlatform served = platforms.get(platform);
            Path journals = Files.createTempDirectory(folder, "journals");
            run = new FaultRun(served, asked, journals);
            Outcome outcome = run.run();
            served.startMissing();
            DirectoryTree.delete(journals);
            report(asked, outcome, began);
            return new FaultAnswer(asked, null);
        } catch (Exception | AssertionError e) {
            if (e instanceof InterruptedException interruption) {
                throw interruption;
            }
            report(asked, Outcome.broken((run == null ? "no run" : run) + ": " + e.getMessage()), began);
            giveUp(platform, asked, e);
            return new FaultAnswer(asked, e);
        }
    }

    /** What a broken cell has left behind must not meet the next one. */
    private void giveUp(int platform, FaultCase asked, Throwable failure) {
        Path logs = TARGET.resolve("faults").resolve(asked.toString().replaceAll("[@/: ]", "-"));
        try {
            platforms.keepLogs(platform, logs);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
        try {
            platforms.discard(platform);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Written after each, so that a run that is ended early tells what it has seen. */
    private static void report(FaultCase asked, Outcome outcome, Instant began) {
        String took = " (" + Duration.between(began, Instant.now()).toSeconds() + " s)";
        Outcome timed = new Outcome(outcome.word(), outcome.detail() + took);
        System.out.println(asked + " | " + outcome.detail().lines().findFirst().orElse("") + took);
        synchronized (reports) {
            FaultReport report = reports.computeIfAbsent(asked.engine(), AnyProcessMayDieContract::begun);
            report.add(asked, timed);
            kept.add(asked, timed);
            try {
                Files.writeString(TARGET.resolve("faults-" + asked.engine().id() + ".md"), report.markdown());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** With what earlier runs have seen. */
    private static FaultReport begun(EngineId engine) {
        FaultReport report = new FaultReport(engine);
        kept.outcomes(engine).forEach(report::add);
        return report;
    }
}
