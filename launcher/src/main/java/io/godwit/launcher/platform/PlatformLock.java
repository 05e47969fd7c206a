package io.godwit.launcher.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/** Keeps two programs from starting or stopping the same platform at once. */
final class PlatformLock {
    private PlatformLock() {}

    /** @throws PlatformException if another program holds the lock */
    static <T> T holding(PlatformHome home, Supplier<T> task) {
        Path file = home.directory().resolve("lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                throw new PlatformException("another godwit command is starting or stopping the platform in "
                        + home.directory() + "; wait for it to end");
            }
            return task.get();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be locked", e);
        }
    }
}
