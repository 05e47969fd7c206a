package io.godwit.backup.restoration;

import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.engine.ReplacementBrokenOffException;
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

    /**
     * @throws OperationFailedException if the run fails
     * @throws ReplacementBrokenOffException if it is to be taken up again, as after an interruption
     */
    abstract void perform(Begun begun);

    /**
     * Clears away what an earlier, interrupted start of the run has left. Where that fails for a reason that may pass,
     * the run is neither performed nor ended, and taken up again later.
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
            } catch (ReplacementBrokenOffException e) {
                takeUpAgain(begun, e);
            } catch (RuntimeException e) {
                if (recovering && mayPass(e) && runs.mayRecoverLater(begun)) {
                    postpone(begun, e);
                } else {
                    fail(begun, failureOf(e), e);
                }
            }
        });
    }

    /** Its database may be closed: so at once, and if that does not help, with all other unfinished work. */
    private void takeUpAgain(Begun begun, ReplacementBrokenOffException cause) {
        if (begun.again() && !runs.mayRecoverLater(begun)) {
            fail(begun, failureOf(cause), cause);
            return;
        }
        postpone(begun, cause);
        if (!begun.again() && !queue.stopping()) {
            perform(begun.run().id());
        }
    }

    private static Failure failureOf(RuntimeException cause) {
        return switch (cause) {
            case OperationFailedException e -> e.failure();
            case ProblemException e -> new Failure(e.code(), String.valueOf(e.getMessage()), Failure.Kind.TRANSIENT);
            case ReplacementBrokenOffException e ->
                new Failure("REPLACEMENT_BROKEN_OFF", String.valueOf(e.getMessage()), Failure.Kind.TRANSIENT);
            default -> new Failure("INTERNAL", "the run failed unexpectedly", Failure.Kind.INTERNAL);
        };
    }

    /**
     * Another service's refusal, for example of a database that is gone, does not pass by itself. Of a server's own errors
     * all may, and its database is closed until they have.
     */
    private static boolean mayPass(RuntimeException cause) {
        return switch (cause) {
            case ProblemException e -> e.isServerError();
            case OperationFailedException e ->
                switch (e.failure().kind()) {
                    case TRANSIENT, EXHAUSTED, INTERNAL -> true;
                    case CALLER, CONFLICT -> false;
                };
            default -> false;
        };
    }

    private void postpone(Begun begun, RuntimeException cause) {
        if (queue.stopping()) {
            return;
        }
        Failure failure = failureOf(cause);
        LOG.atWarn()
                .setMessage("A run that broke off is taken up again")
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
