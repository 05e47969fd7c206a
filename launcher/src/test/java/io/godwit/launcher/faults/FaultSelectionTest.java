package io.godwit.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.EngineId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultSelectionTest {
    @Test
    void everyStepOfTheSagaIsAskedAbout() {
        List<String> steps = SagaTable.steps().stream().map(SagaStep::toString).toList();

        assertThat(steps)
                .contains(
                        "PLAN",
                        "COPY",
                        "VERIFY",
                        "HAND_OVER",
                        "RETIRE_SOURCE",
                        "ROLLBACK_ADMIT",
                        "ROLLBACK_REOPEN",
                        "UNDO_DISARM")
                .doesNotContain("INSPECT_SESSIONS", "UNDO_DISCARD_RESTORE")
                .doesNotHaveDuplicates();
        assertThat(FaultCell.all().stream().map(cell -> cell.step().toString()).distinct())
                .containsExactlyElementsOf(steps);
    }

    @Test
    void aPointIsFoundInTheMessageThatBeginsOrEndsTheStep() {
        assertThat(only("backup@SAFETY_BACKUP/received:kill").point()).hasToString("any.received.create-safety-backup");
        assertThat(only("backup@SAFETY_BACKUP/answering:kill").point()).hasToString("any.sending.backup-completed");
        assertThat(only("backup@SAFETY_BACKUP/answered:cut").point())
                .hasToString("orchestrator.received.backup-completed");
        assertThat(only("proxy@RELEASE/received:pause").point()).hasToString("proxy.received.route");
        assertThat(only("proxy@ROLLBACK_WINDOW/received:pause").point()).hasToString("orchestrator.sending.switched");
        assertThat(FaultCell.all()).noneMatch(cell -> cell.toString().startsWith("proxy@UNDO_DISARM/answer"));
    }

    @Test
    void clientsMayOnlyNoticeTheDeathOfWhatTheyAreConnectedTo() {
        assertThat(only("proxy@COPY/received:kill").maySessionsBreak()).isTrue();
        assertThat(only("proxy@COPY/received:cut").maySessionsBreak()).isFalse();
        assertThat(only("target@COPY/received:kill").maySessionsBreak()).isFalse();
        assertThat(only("target@RELEASE/answered:kill").maySessionsBreak()).isTrue();
        assertThat(only("source@RELEASE/answered:restart").maySessionsBreak()).isTrue();
        assertThat(only("source@RETIRE_SOURCE/received:restart").maySessionsBreak())
                .isFalse();
        assertThat(only("kafka@COMMIT/received:restart").maySessionsBreak()).isFalse();
        assertThat(only("target@UNDO_CLOSE_PASSAGE/received:kill").maySessionsBreak())
                .isTrue();
        assertThat(only("target@UNDO_DISARM/received:kill").maySessionsBreak()).isFalse();
    }

    @Test
    void aStarStandsForAnything() {
        assertThat(FaultSelection.select(EngineId.REDIS, "s3@*:kill, *@COMMIT/received:pause"))
                .extracting(FaultCase::cell)
                .allMatch(cell -> cell.participant() == Participant.S3
                        || cell.step().name().equals("COMMIT"))
                .anyMatch(cell -> cell.participant() == Participant.TARGET)
                .doesNotHaveDuplicates();
    }

    @Test
    void everyCellIsReachedByAStarThoughFewerAreTelling() {
        List<FaultCell> every = FaultSelection.select(EngineId.POSTGRESQL, "*")
                .map(FaultCase::cell)
                .toList();

        assertThat(every).containsExactlyElementsOf(FaultCell.all());
        assertThat(FaultSelection.telling(EngineId.POSTGRESQL).map(FaultCase::cell))
                .isSubsetOf(every)
                .hasSizeLessThan(every.size() / 8);
    }

    @Test
    void aNameThatMeansNoCellIsRefused() {
        assertThatThrownBy(() -> FaultSelection.select(EngineId.REDIS, "s3@NOWHERE/received:kill")
                        .toList())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'s3@NOWHERE/received:kill'");
    }

    @ParameterizedTest
    @EnumSource(EngineId.class)
    void theCellsOfEveryBuildExistInEachDirection(EngineId engine) {
        assertThat(FaultSelection.some(engine))
                .hasSize(FaultSelection.someOf(engine).split(",").length)
                .extracting(FaultCase::direction)
                .contains(Direction.values());
    }

    @Test
    void aNameMayEndInItsDirection() {
        assertThat(FaultSelection.select(EngineId.REDIS, "backup@COPY/received:kill=dedicated-shared"))
                .hasToString("[redis dedicated-shared backup@COPY/received:kill]");
        assertThatThrownBy(() -> FaultSelection.select(EngineId.REDIS, "backup@COPY/received:kill=up")
                        .toList())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'up'");
    }

    @Test
    void eachParticipantMeetsEachFaultInEachDirection() {
        Map<String, Set<Direction>> met = FaultCell.all().stream()
                .collect(Collectors.groupingBy(
                        cell -> cell.participant() + " " + cell.fault() + " " + cell.moment(),
                        Collectors.mapping(Direction::of, Collectors.toSet())));

        assertThat(met)
                .isNotEmpty()
                .allSatisfy((_, directions) -> assertThat(directions).containsExactlyInAnyOrder(Direction.values()));
    }

    private static FaultCell only(String name) {
        List<FaultCase> found = FaultSelection.select(EngineId.POSTGRESQL, name).toList();
        assertThat(found).hasSize(1);
        return found.getFirst().cell();
    }
}
