package io.godwit.processes.postgresql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads which timelines a server knows from the names of the history files beside its log, which are never removed. */
final class PostgresTimeline {
    private static final int FIRST = 1;
    private static final int HEXADECIMAL = 16;
    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");

    private PostgresTimeline() {}

    /** @param data of a server, whether it runs or not */
    static int highestOf(Path data) {
        try (Stream<Path> log = Files.list(data.resolve("pg_wal"))) {
            return log.map(file -> file.getFileName().toString())
                    .flatMap(name -> HISTORY.matcher(name).results())
                    .mapToInt(history -> Integer.parseUnsignedInt(history.group(1), HEXADECIMAL))
                    .max()
                    .orElse(FIRST);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
