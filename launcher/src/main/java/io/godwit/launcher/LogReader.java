package io.godwit.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Reads on in a log that is being written. */
final class LogReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int AT_ONCE = 1024 * 1024;

    private final Path log;
    private long position;

    private LogReader(Path log, long position) {
        this.log = log;
        this.position = position;
    }

    static LogReader atEndOf(Path log) {
        try {
            return new LogReader(log, Files.exists(log) ? Files.size(log) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands over new lines until the thread is interrupted. */
    @SuppressWarnings("BusyWait") // the pace of the polling
    static void follow(Map<String, LogReader> readers, BiConsumer<String, List<String>> consumer)
            throws InterruptedException {
        while (true) {
            readers.forEach((name, reader) -> consumer.accept(name, reader.newLines()));
            Thread.sleep(POLL);
        }
    }

    /** @return the lines that were completed since the last call */
    List<String> newLines() {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            if (file.length() < position) {
                // The log was emptied or made anew.
                position = 0;
            }
            byte[] fresh = new byte[Math.toIntExact(Math.min(AT_ONCE, file.length() - position))];
            file.seek(position);
            file.readFully(fresh);
            String text = new String(fresh, StandardCharsets.UTF_8);
            int end = text.lastIndexOf('\n') + 1;
            position += text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
            return text.substring(0, end).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
