package io.godwit.backup.engine.postgresql;

import io.godwit.backup.tool.ToolExit;
import io.godwit.backup.tool.ToolProcess;
import io.godwit.engines.ServerAccess;
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

    /** Tells the program that there is no more, and waits for its end. */
    void finish() throws InterruptedException {
        PostgresTools.closeQuietly(process.input());
        ToolExit exit = process.await(atMost);
        if (!exit.successful()) {
            throw PostgresFailures.of("RESTORE_FAILED", server, exit);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
