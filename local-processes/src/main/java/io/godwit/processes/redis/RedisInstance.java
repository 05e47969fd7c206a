package io.godwit.processes.redis;

import io.godwit.processes.DetachedProcess;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A server found by its directory alone: enough to look at it and to end it, not to start it. */
public final class RedisInstance {
    /** A server with a replica that lags waits for it, ten seconds by default. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private static final String DATABASES = "databases";

    private final RedisFiles files;
    private final DetachedProcess process;

    /** @param directory as in {@link RedisServerSettings#directory()} */
    public RedisInstance(Path directory) {
        this(directory.getFileName().toString(), directory.toAbsolutePath());
    }

    RedisInstance(String name, Path directory) {
        this.files = new RedisFiles(directory);
        this.process = new DetachedProcess(name, files.processRecord(), files.log());
    }

    /**
     * @return the servers, running or not, whose directories are in {@code parent}, and the databases' own ones inside
     *     those; empty if there is no such folder
     */
    public static List<RedisInstance> allIn(Path parent) {
        return folders(parent)
                .flatMap(folder -> Stream.concat(Stream.of(folder), folders(folder.resolve(DATABASES))))
                .filter(folder -> Files.exists(new RedisFiles(folder).users()))
                .map(RedisInstance::new)
                .toList();
    }

    /** Where a database that is a process of its own has its files, within the directory of its server. */
    public static Path databaseDirectory(Path server, String database) {
        return server.resolve(DATABASES).resolve(database);
    }

    /** Those in this server's directory. */
    List<RedisInstance> databases() {
        return allIn(files.directory().resolve(DATABASES));
    }

    private static Stream<Path> folders(Path parent) {
        if (!Files.isDirectory(parent)) {
            return Stream.empty();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory() {
        return files.directory();
    }

    public Path logFile() {
        return process.logFile();
    }

    /** @return the port of the running server, or of its last run */
    public OptionalInt port() {
        return RedisEndpoint.read(files)
                .map(endpoint -> OptionalInt.of(endpoint.port()))
                .orElseGet(OptionalInt::empty);
    }

    public Optional<ProcessIdentity> running() {
        return process.running().or(() -> {
            // Whoever started it may have died before it wrote the record; the server's own file tells of it too.
            Optional<ProcessIdentity> found = findByPidFile();
            found.ifPresent(process::adopt);
            return found;
        });
    }

    public boolean isReady() {
        return RedisEndpoint.read(files).stream().anyMatch(endpoint -> RedisProbe.answers(files, endpoint));
    }

    /** Ends all sessions and shuts down cleanly. Does nothing if the server does not run. */
    public void stop() {
        if (running().isPresent()) {
            process.stop(StopSignal.TERM, STOP_TIMEOUT);
        }
    }

    /** Ends the server as a crash would. */
    public void kill() {
        if (running().isPresent()) {
            process.kill();
        }
    }

    RedisFiles files() {
        return files;
    }

    DetachedProcess process() {
        return process;
    }

    private Optional<ProcessIdentity> findByPidFile() {
        try {
            String pid = Files.readString(files.pid()).strip();
            return pid.matches("\\d+")
                    ? ProcessIdentity.of(Long.parseLong(pid)).filter(found -> servesThisDirectory(found.pid()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The file may be of an earlier run, and the process id another's by now. */
    private boolean servesThisDirectory(long pid) {
        try {
            String command = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
            return List.of(command.split("\0"))
                    .contains(files.ownConfiguration().toString());
        } catch (IOException e) {
            return false;
        }
    }
}
