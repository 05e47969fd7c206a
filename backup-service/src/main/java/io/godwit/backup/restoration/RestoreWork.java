package io.godwit.backup.restoration;

import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.restoration.RestoreRuns.Begun;
import io.godwit.backup.work.Work;
import io.godwit.backup.work.WorkQueue;
import io.godwit.events.Failure;
import io.godwit.rest.ProblemException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What verifications and restores have in common: how their end is recorded. */
abstract class RestoreWork implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreWork.class);

    private final RunKind runKind;
    private final RestoreRuns runs;
    private final WorkQueue queue;

    RestoreWork(RunKind runKind, RestoreRuns runs, WorkQueue queue) {
        this.runKind = runKind;
        this.runs = runs;
        this.queue = queue;
    }

    /** @throws OperationFailedException if the run fails */
    abstract void perform(Begun begun);

    @Override
    public String kind() {
        return runKind.name();
    }

    @Override
    public List<String> unfinished() {
        return runs.unfinished(runKind);
    }

    @Override
    public boolean isOfMove(String id) {
        return runKind == RunKind.MOVE;
    }

    @Override
    public void perform(String id) {
        runs.begin(id).ifPresent(begun -> {
            try {
                perform(begun);
                runs.succeed(begun);
            } catch (OperationFailedException e) {
                fail(begun, e.failure(), e);
            } catch (ProblemException e) {
                fail(begun, new Failure(e.code(), String.valueOf(e.getMessage()), Failure.Kind.TRANSIENT), e);
            } catch (RuntimeException e) {
                fail(begun, new Failure("INTERNAL", "the run failed unexpectedly", Failure.Kind.INTERNAL), e);
            }
        });
    }

    private void fail(Begun begun, Failure failure, RuntimeException cause) {
        if (queue.stopping()) {
            return;
        }
        LOG.atWarn()
                .setMessage("Restore run failed")
                .addKeyValue("kind", runKind)
                .addKeyValue("backup", begun.backup().id())
                .addKeyValue("code", failure.code())
                .setCause(cause)
                .log();
        runs.fail(begun, failure);
    }
}
