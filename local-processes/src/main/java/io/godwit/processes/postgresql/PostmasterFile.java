package io.godwit.processes.postgresql;

import io.godwit.processes.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The file {@code postmaster.pid} that a running server keeps in its data directory. */
final class PostmasterFile {
    /** Lines as in PostgreSQL's {@code miscadmin.h}, LOCK_FILE_LINE_*, counted from 0. */
    private static final int PID = 0;

    private static final int PORT = 3;
    private static final int STATUS = 7;

    private final Path dataDirectory;

    PostmasterFile(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /** @return the server process of this data directory; the file may be of an earlier run, so its command is checked */
    Optional<ProcessIdentity> findAlive() {
        List<String> lines = lines();
        if (lines.isEmpty() || !lines.get(PID).strip().matches("\\d+")) {
            return Optional.empty();
        }
        long pid = Long.parseLong(lines.get(PID).strip());
        return ProcessIdentity.of(pid).filter(process -> servesThisDirectory(pid));
    }

    /** @return whether the server has said that it accepts connections, as {@code pg_ctl --wait} looks at it */
    boolean saysReady() {
        List<String> lines = lines();
        return lines.size() > STATUS && lines.get(STATUS).strip().equals("ready");
    }

    OptionalInt port() {
        List<String> lines = lines();
        return lines.size() > PORT && lines.get(PORT).strip().matches("\\d+")
                ? OptionalInt.of(Integer.parseInt(lines.get(PORT).strip()))
                : OptionalInt.empty();
    }

    private boolean servesThisDirectory(long pid) {
        try {
            String command = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
            return List.of(command.split("\0")).contains(dataDirectory.toString());
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
        } catch (IOException e) {
            return List.of();
        }
    }
}
