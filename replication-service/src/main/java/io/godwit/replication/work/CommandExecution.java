package io.godwit.replication.work;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.StepRef;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyProgress;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.Inspection;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.ReplicationEngine;
import io.godwit.replication.engine.ReplicationEngines;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.Verification;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/** Which call of the engine each command means, and which event tells its success. */
@Component
class CommandExecution {
    private final ReplicationEngines engines;
    private final ReplicationEvents events;
    private final LagGauges gauges;

    CommandExecution(ReplicationEngines engines, ReplicationEvents events, LagGauges gauges) {
        this.engines = engines;
        this.events = events;
        this.gauges = gauges;
    }

    ReplicationEvent execute(ReplicationCommand command) throws InterruptedException {
        StepRef step = command.step();
        return switch (command) {
            case ReplicationCommand.InspectDatabase c -> {
                Inspection found = engineOf(c.source()).inspect(c.source(), c.target());
                yield new ReplicationEvent.DatabaseInspected(
                        step, found.method(), found.findings(), found.bytes(), found.estimatedRows(), found.tables());
            }
            case ReplicationCommand.StartCopy c -> {
                CopyTotals totals =
                        engineOf(c.source()).copy(stream(step, c.source(), c.target()), new CopyEvents(step));
                yield new ReplicationEvent.InitialSyncCompleted(
                        step, totals.rows(), totals.bytes(), totals.duration().toMillis());
            }
            case ReplicationCommand.FollowAsStandby c -> {
                CopyTotals totals = engineOf(c.source()).follow(stream(step, c.source(), c.target()));
                yield new ReplicationEvent.InitialSyncCompleted(
                        step, totals.rows(), totals.bytes(), totals.duration().toMillis());
            }
            case ReplicationCommand.AwaitConvergence c -> {
                Lag lag = engineOf(c.source())
                        .awaitConvergence(
                                stream(step, c.source(), c.target()),
                                new ConvergenceGoal(Duration.ofMillis(c.maxLagMillis()), c.samples()),
                                measured -> onLag(step, measured));
                yield new ReplicationEvent.LagConverged(
                        step, lag.bytes(), lag.delay().toMillis());
            }
            case ReplicationCommand.VerifyCopy c -> {
                Verification verified = engineOf(c.source()).verify(stream(step, c.source(), c.target()));
                yield new ReplicationEvent.CopyVerified(
                        step,
                        verified.rows(),
                        verified.tables(),
                        verified.chunks(),
                        verified.recheckedChunks(),
                        verified.digest());
            }
            case ReplicationCommand.FenceSource c ->
                new ReplicationEvent.SourceFenced(
                        step,
                        engineOf(c.source()).fence(step.migrationId(), c.source(), new ClientHold(c.heldUntil())));
            case ReplicationCommand.OpenPassage c ->
                new ReplicationEvent.PassageOpened(
                        step, engineOf(c.database()).openPassage(step.migrationId(), c.database()));
            case ReplicationCommand.ClosePassage c -> {
                engineOf(c.database()).closePassage(step.migrationId(), c.database());
                yield new ReplicationEvent.PassageClosed(step);
            }
            case ReplicationCommand.UnfenceSource c -> {
                engineOf(c.source()).unfence(step.migrationId(), c.source());
                yield new ReplicationEvent.SourceUnfenced(step);
            }
            case ReplicationCommand.FlushToTarget c -> {
                int sequences = engineOf(c.source()).flush(stream(step, c.source(), c.target()), c.position());
                yield new ReplicationEvent.TargetCaughtUp(step, c.position(), sequences);
            }
            case ReplicationCommand.PrepareReverse c -> {
                engineOf(c.source()).reverse(stream(step, c.source(), c.target()));
                yield new ReplicationEvent.ReverseStreaming(step);
            }
            case ReplicationCommand.HandOver c -> {
                HandOverResult done = engineOf(c.source())
                        .handOver(stream(step, c.source(), c.target()), c.reverse(), new ClientHold(c.heldUntil()));
                yield new ReplicationEvent.HandedOver(step, done.position(), done.sequences());
            }
            case ReplicationCommand.PrepareRestore c -> {
                engineOf(c.source()).prepareRestore(stream(step, c.source(), c.target()));
                yield new ReplicationEvent.RestorePrepared(step);
            }
            case ReplicationCommand.ConfirmRestore c ->
                new ReplicationEvent.RestoreConfirmed(
                        step, engineOf(c.source()).confirmRestore(stream(step, c.source(), c.target())));
            case ReplicationCommand.StopReverse c ->
                new ReplicationEvent.ReverseStopped(
                        step, engineOf(c.source()).stopReverse(stream(step, c.source(), c.target())));
            case ReplicationCommand.StopReplication c -> {
                gauges.forget(step.databaseId());
                yield new ReplicationEvent.ReplicationStopped(
                        step, engineOf(c.source()).stop(stream(step, c.source(), c.target())));
            }
        };
    }

    /**
     * Takes up a command that an earlier life of the service left unfinished. A copy can't be taken up, because its
     * snapshot ended with that life; a hand-over must not be, because clients are not held any more.
     */
    ReplicationEvent resume(ReplicationCommand command) throws InterruptedException {
        return switch (command) {
            case ReplicationCommand.StartCopy copy -> giveUp(copy);
            case ReplicationCommand.HandOver _ ->
                throw new ReplicationException(
                        "HAND_OVER_INTERRUPTED",
                        Failure.Kind.TRANSIENT,
                        "the hand-over was interrupted by a restart of the replication service; expected to start"
                                + " over");
            default -> execute(command);
        };
    }

    private ReplicationEvent giveUp(ReplicationCommand.StartCopy copy) throws InterruptedException {
        List<String> leftovers = engineOf(copy.source()).stop(stream(copy.step(), copy.source(), copy.target()));
        String rest = leftovers.isEmpty() ? "" : "; still there: " + String.join(", ", leftovers);
        throw new ReplicationException(
                "COPY_INTERRUPTED",
                Failure.Kind.TRANSIENT,
                "the initial sync was interrupted by a restart of the replication service; expected to start over"
                        + rest);
    }

    /** Takes up what goes on after a command was answered, if anything does. */
    void lookAfter(ReplicationCommand answered) {
        switch (answered) {
            case ReplicationCommand.PrepareReverse c ->
                engineOf(c.source()).lookAfter(stream(c.step(), c.source(), c.target()));
            case ReplicationCommand.HandOver c
            when c.reverse() -> engineOf(c.source()).lookAfter(stream(c.step(), c.source(), c.target()));
            default -> {}
        }
    }

    private void onLag(StepRef step, Lag lag) {
        gauges.record(step.databaseId(), lag);
        events.sendIfPossible(
                new ReplicationEvent.LagMeasured(step, lag.bytes(), lag.delay().toMillis()));
    }

    private ReplicationEngine engineOf(PlacedDatabase database) {
        EngineId engine = database.server().engine();
        return engines.of(engine);
    }

    private static ChangeStream stream(StepRef step, PlacedDatabase source, PlacedDatabase target) {
        return new ChangeStream(step.migrationId(), source, target);
    }

    /** Tells how a copy goes on. */
    private final class CopyEvents implements CopyListener {
        private final StepRef step;

        CopyEvents(StepRef step) {
            this.step = step;
        }

        @Override
        public void onProgress(CopyProgress progress) {
            events.sendIfPossible(new ReplicationEvent.InitialSyncProgressed(
                    step,
                    progress.percent(),
                    progress.rows(),
                    progress.bytes(),
                    progress.rowsPerSecond(),
                    progress.bytesPerSecond()));
        }

        @Override
        public void onDelayed(String reason) {
            events.sendIfPossible(new ReplicationEvent.InitialSyncDelayed(step, reason));
        }
    }
}
