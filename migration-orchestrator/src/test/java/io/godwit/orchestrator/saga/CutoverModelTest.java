package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The model in {@code docs/spec} follows the table in the code. */
class CutoverModelTest {
    private static final Path MODEL = Path.of("..", "docs", "spec", "orchestrator.pml");

    @Test
    void theModelsStepsAreThoseOfTheTwoTables() throws IOException {
        List<String> cutover = Stream.of(MigrationSaga.FORWARD, MigrationSaga.ROLLBACK)
                .flatMap(List::stream)
                // That servers exchange their roles behind the fence is nothing to those whom it keeps out.
                .filter(row -> row.condition() != StepDefinition.Condition.AS_STANDBY)
                .map(StepDefinition::step)
                .distinct()
                .filter(step -> !step.isBefore(Step.HOLD) && step.isBefore(Step.RELEASE))
                .sorted()
                .map(Step::name)
                .toList();

        assertThat(marked("step")).isEqualTo(cutover);
    }

    @Test
    void theModelsUndosComeInTheOrderOfTheCode() throws IOException {
        List<String> undos = Arrays.stream(Undo.values())
                .filter(undo -> switch (undo) {
                    case UNFENCE, RELEASE_TRAFFIC, STOP_REVERSE -> true;
                    // That connections opened ahead are closed is waited for nowhere, and what is before the model
                    // begins.
                    case RESTORE_ROLES, DISARM, CLOSE_PASSAGE, DISCARD_RESTORE, STOP_REPLICATION, DISCARD_TARGET ->
                        false;
                })
                .map(Undo::name)
                .toList();

        assertThat(marked("undo")).isEqualTo(undos);
    }

    @Test
    void aTableGoesThroughItsStepsInTheirOrder() {
        for (Course course : Course.values()) {
            assertThat(MigrationSaga.table(course))
                    .extracting(StepDefinition::step)
                    .isSorted();
        }
    }

    private static List<String> marked(String kind) throws IOException {
        return Pattern.compile("/\\* " + kind + " ([A-Z_]+)")
                .matcher(Files.readString(MODEL))
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
