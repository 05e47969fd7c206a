package io.godwit.replication.engine;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one engine's databases are moved. Each method may be called again after it has succeeded, failed or been
 * interrupted, and then does what is left to do. Methods block; an interrupt makes them return promptly with {@link
 * InterruptedException}. Failures are {@link ReplicationException}s.
 */
public interface ReplicationEngine {
    EngineId engine();

    /** @param target null if the server will only be made for the move */
    Inspection inspect(PlacedDatabase source, @Nullable ServerAccess target) throws InterruptedException;

    /** Copies schema and rows and starts the stream; leaves nothing on the source if that fails. */
    CopyTotals copy(ChangeStream stream, CopyListener listener) throws InterruptedException;

    /** Returns when {@code goal} is reached; listens to the first lag that counts as converged and those before. */
    Lag awaitConvergence(ChangeStream stream, ConvergenceGoal goal, LagListener listener) throws InterruptedException;

    Verification verify(ChangeStream stream) throws InterruptedException;

    /**
     * Refuses the database to every client and returns a position that no client's change can come after.
     *
     * @throws ReplicationException {@code FENCE_TOO_LATE} if the hold is over; then nobody is refused
     */
    String fence(String migrationId, PlacedDatabase database, ClientHold hold) throws InterruptedException;

    void unfence(String migrationId, PlacedDatabase database) throws InterruptedException;

    /**
     * Lets in to a fenced database whoever has a new secret, and nobody else; {@link #unfence} ends that, too, and leaves
     * the sessions that came this way.
     *
     * @return how to log in
     */
    Login openPassage(String migrationId, PlacedDatabase database) throws InterruptedException;

    /** Takes {@link #openPassage} back, and ends what came that way. */
    void closePassage(String migrationId, PlacedDatabase database) throws InterruptedException;

    /**
     * Returns when the target has everything up to {@code position} and what the stream does not carry.
     *
     * @return how many sequences, or the engine's like, were carried
     */
    int flush(ChangeStream stream, String position) throws InterruptedException;

    /** Ends the stream's flow and starts the one in the other direction, from exactly where the target stands now. */
    void reverse(ChangeStream stream) throws InterruptedException;

    /** Goes on in a new life of the service with what {@link #reverse} and {@link #handOver} do for as long as the stream back flows. */
    void lookAfter(ChangeStream stream);

    /**
     * {@link #fence}, {@link #flush} and, if wanted, {@link #reverse} in one go, faster than one after the other. What it
     * has done before it failed or was interrupted stays done.
     */
    HandOverResult handOver(ChangeStream stream, boolean reverse, ClientHold hold) throws InterruptedException;

    /**
     * Makes on the target what a backup of the source mentions and does not bring; {@link #stop} takes it back.
     *
     * @throws ReplicationException also if the target can't take the database; an engine whose databases are not moved by
     *     backup and restore says so
     */
    default void prepareRestore(ChangeStream stream) throws InterruptedException {
        throw notByRestore();
    }

    /**
     * Compares the fenced source with the target that a backup of it was restored into.
     *
     * @return how many sequences, or the engine's like, the target now has as the source has them
     */
    default int confirmRestore(ChangeStream stream) throws InterruptedException {
        throw notByRestore();
    }

    /**
     * Returns when the target, which was made as a standby of the source, follows it; from then on the move goes that way.
     *
     * @throws ReplicationException also if servers of the engine do not follow each other so
     */
    default CopyTotals follow(ChangeStream stream) throws InterruptedException {
        throw new ReplicationException(
                "METHOD_NOT_SUPPORTED",
                Failure.Kind.CALLER,
                "databases of the engine '" + engine().id() + "' are not moved by a standby of their server");
    }

    private ReplicationException notByRestore() {
        return new ReplicationException(
                "METHOD_NOT_SUPPORTED",
                Failure.Kind.CALLER,
                "databases of the engine '" + engine().id() + "' are not moved by backup and restore");
    }

    /**
     * Removes the stream and all its traces from both servers.
     *
     * @return what could not be removed from the server that is to go, for people; empty if nothing is left
     * @throws ReplicationException also if something is left on the server where the database lives
     */
    List<String> stop(ChangeStream stream) throws InterruptedException;

    /**
     * Undoes {@link #reverse}: removes the stream from the target back to the source.
     *
     * @param stream the stream that was reversed, not its reverse
     * @return what could not be removed from the server that is to go, for people; empty if nothing is left
     * @throws ReplicationException also if something is left on the server where the database lives
     */
    List<String> stopReverse(ChangeStream stream) throws InterruptedException;
}
