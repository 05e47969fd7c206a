package io.godwit.orchestrator.saga;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happens when everything that was to be undone is undone.
 *
 * @param retryFrom undos of this step and later ones run, and a new attempt begins here; null undoes everything
 * @param notBefore when the new attempt may begin; null at once
 */
public record Afterwards(
        Goal goal, @Nullable Step retryFrom, @Nullable Instant notBefore) {
    static final Afterwards FAIL = new Afterwards(Goal.FAIL, null, null);
    static final Afterwards CANCEL = new Afterwards(Goal.CANCEL, null, null);
    static final Afterwards FALL_BACK = new Afterwards(Goal.FALL_BACK, null, null);
    static final Afterwards RETURN_TO_WINDOW = new Afterwards(Goal.RETURN_TO_WINDOW, null, null);

    static Afterwards retry(Step from, Instant notBefore) {
        return new Afterwards(Goal.RETRY, from, notBefore);
    }

    /** Where an undo leads. */
    public enum Goal {
        RETRY,
        /** What replication could not do is begun by backup and restore. */
        FALL_BACK,
        FAIL,
        CANCEL,
        /** A rollback that could not be done leaves the database where the move brought it. */
        RETURN_TO_WINDOW
    }
}
