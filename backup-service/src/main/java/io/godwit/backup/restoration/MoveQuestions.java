package io.godwit.backup.restoration;

import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.engine.BackupEngine;
import io.godwit.backup.engine.BackupEngines;
import io.godwit.backup.engine.MoveFitness;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.BackupCommand.DiscardRestore;
import io.godwit.events.BackupCommand.InspectRestore;
import io.godwit.events.BackupEvent;
import io.godwit.events.BackupEvent.RestoreDiscarded;
import io.godwit.events.BackupEvent.RestoreFailed;
import io.godwit.events.BackupEvent.RestoreInspected;
import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.events.StepRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Short work on servers whose answer nobody misses for long: if it gets lost, it is asked for again. */
@Component
class MoveQuestions {
    private static final Logger LOG = LoggerFactory.getLogger(MoveQuestions.class);

    private final MoveRuns moves;
    private final BackupEngines engines;
    private final MoveEstimate estimate;
    private final MoveAnswers answers;
    private final TransactionTemplate transaction;
    /** Those that are not answered yet: a question that is repeated meanwhile waits for nothing a second time. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    MoveQuestions(
            MoveRuns moves,
            BackupEngines engines,
            MoveEstimate estimate,
            MoveAnswers answers,
            TransactionTemplate transaction) {
        this.moves = moves;
        this.engines = engines;
        this.estimate = estimate;
        this.answers = answers;
        this.transaction = transaction;
    }

    void inspect(InspectRestore command) {
        inBackground("inspect " + command.step().migrationId(), command.step(), () -> inspected(command));
    }

    void discard(DiscardRestore command) {
        inBackground("discard " + command.step().migrationId(), command.step(), () -> discarded(command));
    }

    private BackupEvent inspected(InspectRestore command) {
        StepRef step = command.step();
        try {
            MoveFitness fitness = engines.of(command.source().server().engine()).fitnessForMove(command.source());
            return new RestoreInspected(
                    step,
                    fitness.findings(),
                    fitness.bytes(),
                    estimate.pause(command.source().server().engine(), step.databaseId(), fitness.bytes())
                            .toMillis());
        } catch (OperationFailedException e) {
            Failure failure = e.failure();
            if (failure.kind() != Failure.Kind.CALLER) {
                return new RestoreFailed(step, command.getClass().getSimpleName(), failure);
            }
            Finding blocker = new Finding(
                    Finding.Severity.BLOCKER, failure.code(), null, failure.message(), "move it by replication");
            return new RestoreInspected(step, List.of(blocker), 0, 0);
        }
    }

    /** The sessions that fill a scratch database end with it. */
    private BackupEvent discarded(DiscardRestore command) {
        StepRef step = command.step();
        List<RestoreRun> all = moves.discardUpTo(step.attempt(), step.migrationId());
        List<String> leftovers = new ArrayList<>();
        BackupEngine engine = engines.of(command.target().server().engine());
        for (RestoreRun run : all) {
            String scratch = ScratchName.of(run);
            try {
                engine.recoverReplacement(run.placement(), scratch, run.setAside());
                moves.cleared(run);
            } catch (OperationFailedException e) {
                leftovers.add("database " + scratch + " on server "
                        + run.placement().server().serverId() + ": " + e.getMessage());
            }
        }
        return new RestoreDiscarded(step, leftovers);
    }

    private void inBackground(String name, StepRef step, Supplier<BackupEvent> question) {
        String asked = name + " " + step.attempt();
        if (!open.add(asked)) {
            return;
        }
        Thread.ofVirtual().name(name).start(() -> {
            try {
                BackupEvent answer = question.get();
                transaction.executeWithoutResult(_ -> answers.send(step, answer));
            } catch (RuntimeException e) {
                LOG.atError()
                        .setMessage("A migration's question could not be answered; it will be asked again")
                        .addKeyValue("migration", step.migrationId())
                        .setCause(e)
                        .log();
            } finally {
                open.remove(asked);
            }
        });
    }
}
