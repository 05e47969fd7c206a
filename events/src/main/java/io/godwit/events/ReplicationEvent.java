package io.godwit.events;

import io.godwit.engines.Login;
import java.util.List;

/** What the replication service tells. Every event answers a command and repeats its step reference. */
public sealed interface ReplicationEvent extends Event {
    StepRef step();

    /**
     * @param method how the database would be moved, for example {@code logical}
     * @param bytes the size of the database
     * @param estimatedRows by the server's statistics
     */
    record DatabaseInspected(
            StepRef step, String method, List<Finding> findings, long bytes, long estimatedRows, int tables)
            implements ReplicationEvent {}

    /** @param percent of the bytes to copy, 0 to 100 */
    record InitialSyncProgressed(
            StepRef step, double percent, long rows, long bytes, long rowsPerSecond, long bytesPerSecond)
            implements ReplicationEvent {}

    /**
     * The initial sync can't begin yet; told again every few seconds until it can.
     *
     * @param reason what is waited for, for people; never another tenant's names
     */
    record InitialSyncDelayed(StepRef step, String reason) implements ReplicationEvent {}

    record InitialSyncCompleted(StepRef step, long rows, long bytes, long durationMillis) implements ReplicationEvent {}

    record LagMeasured(StepRef step, long bytes, long millis) implements ReplicationEvent {}

    record LagConverged(StepRef step, long bytes, long millis) implements ReplicationEvent {}

    /**
     * @param recheckedChunks how many chunks differed at first, because writes went on, and were compared again
     * @param digest over all row hashes, in hexadecimal
     */
    record CopyVerified(StepRef step, long rows, int tables, int chunks, int recheckedChunks, String digest)
            implements ReplicationEvent {}

    /** @param position the source's position captured after the fence, in the engine's own notation */
    record SourceFenced(StepRef step, String position) implements ReplicationEvent {}

    record SourceUnfenced(StepRef step) implements ReplicationEvent {}

    /** @param login that the fenced server takes */
    record PassageOpened(StepRef step, Login login) implements ReplicationEvent {}

    record PassageClosed(StepRef step) implements ReplicationEvent {}

    /** @param sequences how many sequences (or the engine's like) were carried over */
    record TargetCaughtUp(StepRef step, String position, int sequences) implements ReplicationEvent {}

    record ReverseStreaming(StepRef step) implements ReplicationEvent {}

    /**
     * The source is fenced, the target has everything, and the stream back flows if that was asked for.
     *
     * @param position the source's position captured after the fence, in the engine's own notation
     * @param sequences how many sequences (or the engine's like) were carried over
     */
    record HandedOver(StepRef step, String position, int sequences) implements ReplicationEvent {}

    record ReverseStopped(StepRef step, List<String> leftovers) implements ReplicationEvent {}

    /** @param leftovers what could not be removed, for example because the server is gone; empty if nothing is left */
    record ReplicationStopped(StepRef step, List<String> leftovers) implements ReplicationEvent {}

    /** @param command the simple name of the command that failed, for example {@code StartCopy} */
    record ReplicationFailed(StepRef step, String command, Failure failure) implements ReplicationEvent {}

    record RestorePrepared(StepRef step) implements ReplicationEvent {}

    /** @param sequences how many sequences (or the engine's like) the target has as the source has them */
    record RestoreConfirmed(StepRef step, int sequences) implements ReplicationEvent {}
}
