package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.ReplicationEvent.HandedOver;
import io.godwit.events.ReplicationEvent.ReplicationFailed;
import io.godwit.events.ReplicationEvent.SourceUnfenced;
import io.godwit.events.StepRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StrayEventTest {
    @Test
    void eventsThatArriveTwiceDoNothingTwice() {
        SagaRun once = SagaRun.create();
        once.start();
        once.finish();

        SagaRun twice = SagaRun.create();
        twice.start();
        List<Event> told = new ArrayList<>();
        while (!twice.migration.isFinished()) {
            if (twice.unanswered.isEmpty()) {
                twice.timeOut();
                continue;
            }
            Command command = twice.unanswered.removeFirst();
            for (Event event : Answers.good(command, Set.copyOf(twice.proxies))) {
                twice.tell(event);
                twice.tell(event);
                told.add(event);
                told.forEach(twice::tell);
            }
        }

        assertThat(twice.commands()).isEqualTo(once.commands());
        assertThat(twice.events).hasSameSizeAs(once.events);
        assertThat(twice.migration.cutover().heldExchanges())
                .isEqualTo(once.migration.cutover().heldExchanges());
    }

    @Test
    void answersToAnEarlierAttemptAreIgnored() {
        SagaRun run = SagaRun.at(Step.HAND_OVER);
        Command late = run.unanswered.removeFirst();
        run.timeOut();
        run.answerUntil(r -> r.isAt(Step.HAND_OVER, Course.FORWARD));
        assertThat(run.place().attempt()).isEqualTo(3);

        run.tell(new HandedOver(late.step(), "0/OLD", 2));
        assertThat(run.place().step()).isEqualTo(Step.HAND_OVER);
        assertThat(run.place().activity()).isEqualTo(Activity.RUNNING);
    }

    @Test
    void anAnswerToAnEarlierQuestionDoesNotConfirmAnUndo() {
        SagaRun run = SagaRun.at(Step.HAND_OVER);
        int attempt = run.place().attempt();
        run.stayingSilent();
        assertThat(run.place().undoing()).isEqualTo(Undo.UNFENCE);

        run.tell(new SourceUnfenced(new StepRef(run.migration.id(), run.migration.databaseId(), attempt)));
        assertThat(run.place().undoing()).isEqualTo(Undo.UNFENCE);
        run.answerOne();
        assertThat(run.place().undoing()).isEqualTo(Undo.RELEASE_TRAFFIC);
    }

    @Test
    void anUndoHasAHigherNumberThanTheDeedItTakesBack() {
        SagaRun run = SagaRun.at(Step.HAND_OVER);
        Command deed = run.unanswered.removeFirst();
        run.timeOut();

        assertThat(run.unanswered.getFirst().step().attempt())
                .isGreaterThan(deed.step().attempt());
    }

    @Test
    void aFailureOfAnotherCommandIsIgnored() {
        SagaRun run = SagaRun.at(Step.VERIFY);
        Failure failure = new Failure("COPY_INTERRUPTED", "connection lost", Failure.Kind.TRANSIENT);
        run.tell(new ReplicationFailed(run.migration.ref(), "StartCopy", failure));

        assertThat(run.isAt(Step.VERIFY, Course.FORWARD)).isTrue();
    }

    @Test
    void nothingMovesAMigrationThatIsFinished() {
        SagaRun run = SagaRun.create();
        run.start();
        run.finish();
        Migration finished = run.migration;
        for (Command command : List.copyOf(run.sent)) {
            Answers.good(command, run.proxies).forEach(run::tell);
        }
        run.feed(new Input.Resumed());
        run.feed(new Input.TimedOut());
        run.feed(new Input.ProxyGone("proxy-a"));
        run.feed(new Input.Requested());

        assertThat(run.migration).isEqualTo(finished);
    }
}
