package io.godwit.processes.postgresql;

import io.godwit.processes.DetachedProcess;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A server found by its directory alone: enough to look at it and to end it, not to start it. */
public final class PostgresInstance {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final String DATA = "data";

    private final Path directory;
    private final DetachedProcess process;
    private final PostmasterFile postmaster;

    /** @param directory as in {@link PostgresServerSettings#directory()} */
    public PostgresInstance(Path directory) {
        this(directory.getFileName().toString(), directory.toAbsolutePath());
    }

    PostgresInstance(String name, Path directory) {
        this.directory = directory;
        this.process =
                new DetachedProcess(name, directory.resolve("process.properties"), directory.resolve("server.log"));
        this.postmaster = new PostmasterFile(dataDirectory());
    }

    /** @return the servers, running or not, whose directories are in {@code parent}; empty if there is no such folder */
    public static List<PostgresInstance> allIn(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(child -> Files.exists(child.resolve(DATA).resolve("PG_VERSION")))
                    .sorted()
                    .map(PostgresInstance::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory() {
        return directory;
    }

    public Path logFile() {
        return process.logFile();
    }

    /** @return the port of the running server, or of its last run */
    public OptionalInt port() {
        return postmaster.port();
    }

    public Optional<ProcessIdentity> running() {
        return process.running().or(() -> {
            // Whoever started it may have died before it wrote the record; the server's own file tells of it too.
            Optional<ProcessIdentity> found = postmaster.findAlive();
            found.ifPresent(process::adopt);
            return found;
        });
    }

    public boolean isReady() {
        return postmaster.saysReady() && port().stream().anyMatch(PostgresProbe::answers);
    }

    /** Ends all sessions and shuts down cleanly. Does nothing if the server does not run. */
    public void stop() {
        if (running().isPresent()) {
            process.stop(StopSignal.INT, STOP_TIMEOUT);
        }
    }

    /** Ends the server as a crash would; no session of it goes on for another moment. */
    public void kill() {
        if (running().isPresent()) {
            process.killWithChildren();
        }
    }

    Path dataDirectory() {
        return directory.resolve(DATA);
    }

    DetachedProcess process() {
        return process;
    }
}
