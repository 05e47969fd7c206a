package io.godwit.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FaultSelectionTest {
    @Test
    void everyStepOfTheSagaIsAskedAbout() {
        List<String> steps = SagaTable.steps().stream().map(SagaStep::toString).toList();

        assertThat(steps).contains("PLAN", "COPY", "VERIFY", "COMMIT", "RETIRE_SOURCE", "ROLLBACK_REOPEN");
        assertThat(FaultCell.all().stream().map(cell -> cell.step().toString()).distinct())
                .containsExactlyElementsOf(steps);
    }

    @Test
    void aPointIsFoundInTheMessageThatBeginsOrEndsTheStep() {
        assertThat(only("backup@SAFETY_BACKUP/asked:kill").point())
                .hasToString("orchestrator.sending.create-safety-backup");
        assertThat(only("backup@SAFETY_BACKUP/done:kill").point()).hasToString("any.sending.backup-completed");
        assertThat(only("proxy@RELEASE/asked:pause").point()).hasToString("orchestrator.received.route-published");
        assertThat(FaultCell.all()).noneMatch(cell -> cell.toString().startsWith("proxy@ROLLBACK_WINDOW/done"));
    }

    @Test
    void aStarStandsForAnything() {
        assertThat(FaultSelection.select("s3@*:kill, *@COMMIT/asked:pause"))
                .allMatch(cell -> cell.participant() == Participant.S3
                        || cell.step().name().equals("COMMIT"))
                .anyMatch(cell -> cell.participant() == Participant.TARGET)
                .doesNotHaveDuplicates();
    }

    @Test
    void aNameThatMeansNoCellIsRefused() {
        assertThatThrownBy(() -> FaultSelection.select("s3@NOWHERE/asked:kill").toList())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'s3@NOWHERE/asked:kill'");
    }

    @Test
    void theCellsOfEveryBuildExist() {
        assertThat(FaultSelection.select(FaultSelection.SOME)).hasSize(FaultSelection.SOME.split(",").length);
    }

    private static FaultCell only(String name) {
        List<FaultCell> found = FaultSelection.select(name).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
