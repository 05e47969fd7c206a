package io.godwit.backup.engine.postgresql;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.tool.StallWatch;
import io.godwit.backup.tool.ToolExit;
import io.godwit.backup.tool.ToolProcess;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import java.time.Duration;

/** A {@code pg_restore} that is fed with an archive piece by piece. Closing it ends it. */
final class PostgresRestoreProcess implements AutoCloseable {
    private final ServerAccess server;
    private final ToolProcess process;
    private final Duration atMost;
    private boolean taking = true;

    /** Takes over the process. */
    PostgresRestoreProcess(ServerAccess server, ToolProcess process, Duration atMost) {
        this.server = server;
        this.process = process;
        this.atMost = atMost;
    }

    /** A program that has read what it needs takes no more; that is no failure. */
    void feed(byte[] chunk, int length) {
        taking = taking && PostgresTools.write(process.input(), chunk, length);
    }

    /** Ends the program at once; whoever feeds it is not held up any more. */
    void kill() {
        process.kill();
    }

    /**
     * Tells the program that there is no more, and waits for its end.
     *
     * @param bound by which it may be killed
     */
    void finish(StallWatch bound) throws InterruptedException {
        PostgresTools.closeQuietly(process.input());
        ToolExit exit = process.await(atMost);
        if (!exit.successful() && bound.stalled()) {
            throw new OperationFailedException(
                    "RESTORE_TIMED_OUT", "the restore has not ended after " + atMost, Failure.Kind.EXHAUSTED);
        }
        if (!exit.successful()) {
            throw PostgresFailures.of("RESTORE_FAILED", server, exit);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
