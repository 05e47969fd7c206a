package io.godwit.processes;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/** The file by which a process is found again after its starter has gone. */
public final class ProcessRecord {
    private final Path file;

    public ProcessRecord(Path file) {
        this.file = file;
    }

    public Path file() {
        return file;
    }

    /** @return the recorded process, if it still runs */
    public Optional<ProcessIdentity> findAlive() {
        return read().filter(ProcessIdentity::isAlive);
    }

    void write(ProcessIdentity identity) {
        Properties properties = new Properties();
        properties.setProperty("pid", Long.toString(identity.pid()));
        properties.setProperty("start-ticks", Long.toString(identity.startTicks()));
        properties.setProperty("boot-id", identity.bootId());
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, text.toString());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessIdentity> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return Optional.of(new ProcessIdentity(
                    Long.parseLong(properties.getProperty("pid", "")),
                    Long.parseLong(properties.getProperty("start-ticks", "")),
                    properties.getProperty("boot-id", "")));
        } catch (IOException | IllegalArgumentException e) {
            throw new LocalProcessException(
                    "process record " + file + " is unreadable; expected pid, start-ticks and"
                            + " boot-id. Stop the process by hand, then delete the file",
                    e);
        }
    }
}
