package io.godwit.launcher.demo.load;

import io.godwit.launcher.demo.load.JournalEntry.Kind;
import io.godwit.launcher.demo.load.JournalEntry.Outcome;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * One client's record of its writes, in the order in which they were answered, and of its messages. On disk, so that long runs
 * need no memory. Safe for use by several threads.
 */
public final class Journal implements AutoCloseable {
    private final DataOutputStream out;

    public Journal(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write journal " + file, e);
        }
    }

    public synchronized void record(JournalEntry entry) {
        try {
            out.writeUTF(entry.kind().name());
            out.writeUTF(entry.outcome().name());
            out.writeLong(entry.sequence());
            out.writeInt(entry.amount());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write journal", e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("can't write journal", e);
        }
    }

    /** Reads a closed journal from its beginning. */
    public static void read(Path file, Consumer<JournalEntry> consumer) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (in.available() > 0) {
                consumer.accept(new JournalEntry(
                        Kind.valueOf(in.readUTF()), Outcome.valueOf(in.readUTF()), in.readLong(), in.readInt()));
            }
        } catch (EOFException e) {
            throw new UncheckedIOException("journal " + file + " ends in the middle of an entry", e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read journal " + file, e);
        }
    }
}
