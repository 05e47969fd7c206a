package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An archive on this machine's disk while it is written. What fails there fails with an
 * {@link OperationFailedException}, so that it is not taken for a failure of where the archive comes from.
 */
final class RedisArchiveFile extends OutputStream {
    private final Path file;
    private final OutputStream out;

    RedisArchiveFile(Path file) {
        this.file = file;
        try {
            this.out = Files.newOutputStream(file);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        try {
            out.write(source, offset, length);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private OperationFailedException unwritable(IOException cause) {
        return new OperationFailedException(
                "SCRATCH_UNWRITABLE",
                "the archive can't be written to " + file + ": " + cause.getMessage()
                        + "; expected a folder of the backup service's own with room for it",
                Failure.Kind.EXHAUSTED,
                cause);
    }
}
