package io.godwit.backup.tool;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A running program whose standard input and output are streamed. Closing it ends the program. */
public final class ToolProcess implements AutoCloseable {
    private static final int KEPT_ERROR_BYTES = 8192;
    private static final Duration TIME_TO_DIE = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final byte[] errors = new byte[KEPT_ERROR_BYTES];
    private final Thread errorReader;
    private int errorLength;

    ToolProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.errorReader = Thread.ofVirtual().name(name + "-stderr").start(this::readErrors);
    }

    /** What the program writes. */
    public InputStream output() {
        return process.getInputStream();
    }

    /** What the program reads; close it to tell the program that there is no more. */
    public OutputStream input() {
        return process.getOutputStream();
    }

    public boolean running() {
        return process.isAlive();
    }

    /**
     * Waits for the program's end.
     *
     * @throws OperationFailedException with {@code TOOL_TIMED_OUT} if it has not ended by then; it is killed
     */
    public ToolExit await(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new OperationFailedException(
                    "TOOL_TIMED_OUT", name + " has not ended after " + atMost, Failure.Kind.EXHAUSTED);
        }
        errorReader.join(TIME_TO_DIE);
        return new ToolExit(process.exitValue(), keptErrors());
    }

    /** Ends the program at once; whoever reads its output then sees the end of the stream. */
    public void kill() {
        // Not by the process itself: that closes the streams, and a reader could not tell the end from a defect.
        process.toHandle().destroyForcibly();
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(TIME_TO_DIE.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private void readErrors() {
        byte[] chunk = new byte[1024];
        try (InputStream stream = process.getErrorStream()) {
            for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                keep(chunk, read);
            }
        } catch (IOException e) {
            byte[] note = ("(standard error ended early: " + e.getMessage() + ")").getBytes(StandardCharsets.UTF_8);
            keep(note, note.length);
        }
    }

    private synchronized void keep(byte[] chunk, int length) {
        int overflow = Math.max(0, errorLength + length - errors.length);
        System.arraycopy(errors, overflow, errors, 0, errorLength - overflow);
        System.arraycopy(chunk, 0, errors, errorLength - overflow, length);
        errorLength = errorLength - overflow + length;
    }

    private synchronized String keptErrors() {
        return new String(errors, 0, errorLength, StandardCharsets.UTF_8);
    }
}
