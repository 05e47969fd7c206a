package io.godwit.events;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the orchestrator asks of the replication service. */
public sealed interface ReplicationCommand extends Command {

    /** @param target null if the server will only be made for the move */
    record InspectDatabase(
            StepRef step, PlacedDatabase source, @Nullable ServerAccess target) implements ReplicationCommand {}

    /** Copies schema and rows and starts following the source's changes. */
    record StartCopy(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}

    /**
     * Reports when the target has followed closely for a while.
     *
     * @param maxLagMillis the lag, in milliseconds, under which a sample counts as converged
     * @param samples how many samples in a row must be under it
     */
    record AwaitConvergence(StepRef step, PlacedDatabase source, PlacedDatabase target, long maxLagMillis, int samples)
            implements ReplicationCommand {}

    /** Compares every row of source and target while writes go on. */
    record VerifyCopy(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}

    /**
     * Refuses the source to every client of the database; the position is captured after that.
     *
     * @param heldUntil how long every client is held for certain; later the source must not be closed, because clients may
     *     go on there
     */
    record FenceSource(StepRef step, PlacedDatabase source, Instant heldUntil) implements ReplicationCommand {}

    record UnfenceSource(StepRef step, PlacedDatabase source) implements ReplicationCommand {}

    /**
     * Lets the proxies, and nobody else, open connections to a fenced server with a secret of this move, so that they are
     * ready when the route leads there; {@link UnfenceSource} gives the login its own password back.
     */
    record OpenPassage(StepRef step, PlacedDatabase database) implements ReplicationCommand {}

    /** Takes {@link OpenPassage} back, and ends what came that way. */
    record ClosePassage(StepRef step, PlacedDatabase database) implements ReplicationCommand {}

    /** Waits until the target has everything up to the fence, and carries what the change stream does not. */
    record FlushToTarget(StepRef step, PlacedDatabase source, PlacedDatabase target, String position)
            implements ReplicationCommand {}

    /** Makes the old source follow the target from here on, so that a rollback keeps the writes made since. */
    record PrepareReverse(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}

    /**
     * Everything inside the pause in one: refuses the source to every client of the database, brings the target to the
     * last position and, if {@code reverse}, makes the source follow it. {@link UnfenceSource} and {@link StopReverse}
     * take it back, however far it came.
     *
     * @param heldUntil how long every client is held for certain; later the source must not be closed, because clients may
     *     go on there
     */
    record HandOver(StepRef step, PlacedDatabase source, PlacedDatabase target, boolean reverse, Instant heldUntil)
            implements ReplicationCommand {}

    /** Ends the stream from {@code target} back to {@code source} and removes all traces of it on both. */
    record StopReverse(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}

    /** Ends the stream from {@code source} to {@code target} and removes all traces of it on both. */
    record StopReplication(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}

    /** Makes on the target what a backup of the database mentions and does not bring, such as roles. */
    record PrepareRestore(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}

    /** Compares the fenced source with the target that a backup of it was restored into, and carries what was left out. */
    record ConfirmRestore(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}

    /** Waits until the target, which was made as a standby of the source, follows it; nothing else is copied. */
    record FollowAsStandby(StepRef step, PlacedDatabase source, PlacedDatabase target) implements ReplicationCommand {}
}
