package io.godwit.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.EngineId;
import io.godwit.launcher.faults.FaultReport.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TellingCellsTest {
    /** What an hour has room for, by some seconds each. */
    private static final int ROOM = 520;

    @ParameterizedTest
    @EnumSource(EngineId.class)
    void whoeverDoesAStepIsKilledInIt(EngineId engine) {
        List<FaultCell> cells = TellingCells.of(engine);

        assertThat(stepsOf(engine).filter(step -> step.doer().isPresent()))
                .isNotEmpty()
                .allSatisfy(step -> assertThat(cells)
                        .anyMatch(cell -> cell.step().equals(step)
                                && step.doer()
                                        .filter(cell.participant()::equals)
                                        .isPresent()
                                && cell.fault() == Fault.KILL));
    }

    @ParameterizedTest
    @EnumSource(EngineId.class)
    void whileClientsAreHeldWhoeverHoldsAndWhoeverDecidesIsKilledAndStoppedInEachStep(EngineId engine) {
        assertThat(stepsOf(engine).filter(SagaStep::isHeld))
                .extracting(SagaStep::toString)
                .contains("HOLD", "HAND_OVER", "COMMIT", "RELEASE", "ROLLBACK_REOPEN", "UNDO_UNFENCE")
                .doesNotContain("REHEARSE", "ROLLBACK_WINDOW", "ROLLBACK_STOP_REVERSE", "UNDO_DISARM")
                .allSatisfy(step -> assertThat(TellingCells.of(engine))
                        .filteredOn(cell -> cell.step().toString().equals(step))
                        .extracting(cell -> cell.participant() + " " + cell.fault())
                        .contains("PROXY KILL", "PROXY PAUSE", "PROXY CUT", "ORCHESTRATOR KILL", "ORCHESTRATOR PAUSE"));
    }

    @ParameterizedTest
    @EnumSource(EngineId.class)
    void eachParticipantMeetsEachFaultAndInEachCourseItsDeath(EngineId engine) {
        List<FaultCell> cells = TellingCells.of(engine);

        for (Participant participant : Participant.values()) {
            assertThat(cells.stream().filter(cell -> cell.participant() == participant))
                    .extracting(FaultCell::fault)
                    .contains(Fault.values());
            assertThat(cells.stream()
                            .filter(cell -> cell.participant() == participant && cell.fault() == Fault.KILL)
                            .map(cell -> cell.step().course()))
                    .contains(Course.values());
        }
    }

    @ParameterizedTest
    @EnumSource(EngineId.class)
    void theyAreFewEnoughForAnHourAndCanBeMetByTheEngine(EngineId engine) {
        assertThat(FaultSelection.telling(engine).map(FaultCase::cell))
                .containsExactlyElementsOf(TellingCells.of(engine))
                .doesNotHaveDuplicates()
                .hasSizeLessThan(ROOM);
    }

    @ParameterizedTest
    @EnumSource(EngineId.class)
    void eachParticipantMeetsEachFaultInEachDirection(EngineId engine) {
        Map<String, List<FaultCase>> asked = FaultSelection.telling(engine)
                .collect(Collectors.groupingBy(
                        one -> one.cell().participant() + " " + one.cell().fault()));

        Set<Direction> all = Set.of(Direction.values());
        assertThat(asked)
                .isNotEmpty()
                .allSatisfy((_, cases) -> assertThat(
                                cases.stream().map(FaultCase::direction).collect(Collectors.toSet()))
                        .hasSize(Math.min(all.size(), cases.size())));
    }

    @Test
    void whatAStepAsksOfWhomStandsInItsMessage() {
        assertThat(step("COPY").doer()).contains(Participant.REPLICATION);
        assertThat(step("COMMIT").doer()).contains(Participant.PROVISIONING);
        assertThat(step("RELEASE").doer()).contains(Participant.PROXY);
        assertThat(step("ROLLBACK_WINDOW").doer()).isEmpty();
        assertThat(StepMessage.storesOf(step("SAFETY_BACKUP")))
                .containsExactlyInAnyOrder(Participant.SOURCE, Participant.S3);
        assertThat(StepMessage.storesOf(step("HAND_OVER")))
                .containsExactlyInAnyOrder(Participant.SOURCE, Participant.TARGET);
        assertThat(StepMessage.storesOf(step("EXCHANGE")))
                .containsExactlyInAnyOrder(Participant.SOURCE, Participant.TARGET);
        assertThat(StepMessage.storesOf(step("ARM"))).containsExactly(Participant.TARGET);
        assertThat(StepMessage.storesOf(step("ROLLBACK_ARM"))).containsExactly(Participant.SOURCE);
        assertThat(StepMessage.storesOf(step("ROLLBACK_RETIRE_SOURCE"))).containsExactly(Participant.TARGET);
        assertThat(StepMessage.storesOf(step("UNDO_DISCARD_TARGET"))).containsExactly(Participant.TARGET);
        assertThat(StepMessage.storesOf(step("COMMIT"))).isEmpty();
    }

    @Test
    void theReportTellsWhatWasNotRunFromWhatAsksNothingElse() {
        FaultReport report = new FaultReport(EngineId.POSTGRESQL);
        FaultCase asked = FaultSelection.telling(EngineId.POSTGRESQL)
                .filter(one -> one.cell().toString().equals("proxy@HOLD/answering:kill"))
                .findFirst()
                .orElseThrow();

        report.add(asked, new Outcome("ready", "ready, attempts 1"));

        String hold = report.markdown()
                .lines()
                .filter(line -> line.startsWith("| HOLD |"))
                .findFirst()
                .orElseThrow();
        assertThat(hold.split(" \\| ", -1)).containsSequence("·", "–", "–", "ready", "–");
        assertThat(report.markdown()).contains("and 1 of these were run", "does the step");
    }

    private static Stream<SagaStep> stepsOf(EngineId engine) {
        return SagaTable.steps().stream()
                .filter(step -> Stream.of(Direction.values()).anyMatch(direction -> step.isMet(engine, direction)));
    }

    private static SagaStep step(String name) {
        return SagaTable.steps().stream()
                .filter(step -> step.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
