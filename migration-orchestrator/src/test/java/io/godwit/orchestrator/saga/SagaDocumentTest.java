package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProvisioningCommand.PublishRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SagaDocumentTest {
    private static final Path PAGE = Path.of("..", "docs", "migration-saga.md");

    @Test
    void thePageInDocsIsTheTableInTheCode() throws IOException {
        Path generated = Files.writeString(Path.of("target", "migration-saga.md"), SagaDocument.markdown());

        assertThat(PAGE).as("copy %s over it", generated).exists().content().isEqualTo(SagaDocument.markdown());
    }

    @Test
    void everyStepOfATableIsForwardOnlyFromTheFirstThatIs() {
        for (Course course : Course.values()) {
            List<StepDefinition> table = new ArrayList<>(MigrationSaga.table(course));
            boolean onward = false;
            for (StepDefinition row : table) {
                assertThat(row.isForwardOnly() || !onward)
                        .as("%s of %s", row.step(), course)
                        .isTrue();
                onward = row.isForwardOnly();
            }
            assertThat(table.stream().filter(row -> row.command() == PublishRoute.class))
                    .hasSize(1);
        }
    }

    @Test
    void aRetryNeverBeginsAfterTheStepThatFailed() {
        for (Course course : Course.values()) {
            for (StepDefinition row : MigrationSaga.table(course)) {
                Step from = row.retryFrom();
                assertThat(from == null || !row.step().isBefore(from))
                        .as(row.step().name())
                        .isTrue();
            }
        }
    }
}
