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

    private static final int FIRST_SERVER_ERROR = 500;

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

    /**
     * Clears away what an earlier, interrupted start of the run has left. Where servers can't be reached, the run is
     * neither performed nor ended, and taken up again later.
     *
     * @return whether the earlier start had done everything
     */
    boolean recover(Begun begun) {
        return false;
    }

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
            boolean recovering = begun.again();
            try {
                boolean done = recovering && recover(begun);
                recovering = false;
                if (!done) {
                    perform(begun);
                }
                runs.succeed(begun);
            } catch (RuntimeException e) {
                if (recovering && isUnreachable(e) && runs.mayRecoverLater(begun)) {
                    postpone(begun, e);
                } else {
                    fail(begun, failureOf(e), e);
                }
            }
        });
    }

    private static Failure failureOf(RuntimeException cause) {
        return switch (cause) {
            case OperationFailedException e -> e.failure();
            case ProblemException e -> new Failure(e.code(), String.valueOf(e.getMessage()), Failure.Kind.TRANSIENT);
            default -> new Failure("INTERNAL", "the run failed unexpectedly", Failure.Kind.INTERNAL);
        };
    }

    /** Another service's refusal, for example of a database that is gone, does not pass by itself. */
    private static boolean isUnreachable(RuntimeException cause) {
        return cause instanceof ProblemException e
                ? e.status() >= FIRST_SERVER_ERROR
                : failureOf(cause).kind() == Failure.Kind.TRANSIENT;
    }

    private void postpone(Begun begun, RuntimeException cause) {
        if (queue.stopping()) {
            return;
        }
        Failure failure = failureOf(cause);
        LOG.atWarn()
                .setMessage("An interrupted run can't be cleared away yet; that is tried again")
                .addKeyValue("kind", runKind)
                .addKeyValue("run", begun.run().id())
                .addKeyValue("code", failure.code())
                .addKeyValue("reason", failure.message())
                .log();
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
