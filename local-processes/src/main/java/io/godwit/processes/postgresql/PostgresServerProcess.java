package io.godwit.processes.postgresql;

import io.godwit.processes.Commands;
import io.godwit.processes.DirectoryTree;
import io.godwit.processes.LocalProcessException;
import io.godwit.processes.ManagedProcess;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.UnprivilegedCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A PostgreSQL server as a local process, never with root's rights. */
public final class PostgresServerProcess implements ManagedProcess {
    private static final Duration INITDB_TIMEOUT = Duration.ofMinutes(2);

    private final PostgresInstallation installation;
    private final PostgresServerSettings settings;
    private final UnprivilegedCommand unprivileged;
    private final PostgresInstance instance;

    public PostgresServerProcess(PostgresInstallation installation, PostgresServerSettings settings) {
        this.installation = installation;
        this.settings = settings;
        this.unprivileged = UnprivilegedCommand.detect();
        this.instance = new PostgresInstance(settings.name(), settings.directory());
    }

    public PostgresServerSettings settings() {
        return settings;
    }

    public boolean isInitialized() {
        return Files.exists(settings.dataDirectory().resolve("PG_VERSION"));
    }

    /**
     * Makes the data directory and in it the administrator. Does nothing if it is there already; what an earlier attempt
     * left half-made is made anew.
     */
    public void initialize(String administratorPassword) {
        if (isInitialized()) {
            return;
        }
        try {
            Path directory = Files.createDirectories(settings.directory());
            Path fresh = directory.resolve("data.new");
            DirectoryTree.delete(fresh);
            Path passwordFile = directory.resolve("administrator-password");
            Files.deleteIfExists(passwordFile);
            Files.createFile(
                    passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(passwordFile, administratorPassword + "\n");
                unprivileged.own(directory);
                Commands.run(
                        unprivileged.wrap(List.of(
                                installation.program("initdb").toString(),
                                "--pgdata=" + fresh,
                                "--username=" + settings.administrator(),
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                // Byte order: the same on every server and for ever, so indexes stay valid everywhere.
                                "--locale=C.UTF-8",
                                "--data-checksums",
                                "--no-instructions")),
                        environment(),
                        INITDB_TIMEOUT);
            } finally {
                Files.deleteIfExists(passwordFile);
            }
            Files.move(fresh, settings.dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Path logFile() {
        return instance.logFile();
    }

    @Override
    public Optional<ProcessIdentity> running() {
        return instance.running();
    }

    @Override
    public void start() {
        if (!isInitialized()) {
            throw new LocalProcessException(settings.name() + " has no data in " + settings.dataDirectory()
                    + "; expected an initialized data directory");
        }
        if (running().isPresent()) {
            return;
        }
        try {
            PostgresConfiguration.write(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        unprivileged.own(settings.directory());
        instance.process()
                .launch(
                        unprivileged.wrap(List.of(
                                installation.program("postgres").toString(),
                                "-D",
                                settings.dataDirectory().toString())),
                        environment(),
                        settings.directory());
    }

    @Override
    public boolean isReady() {
        return instance.isReady();
    }

    @Override
    public void awaitReady(Duration timeout) {
        instance.process().awaitReady(this::isReady, timeout);
    }

    /** Ends all sessions and shuts down cleanly. */
    @Override
    public void stop() {
        instance.stop();
    }

    @Override
    public void kill() {
        instance.kill();
    }

    /** Stops the server and deletes everything of it. */
    public void destroy() {
        stop();
        try {
            DirectoryTree.delete(settings.directory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With our own home the server's client library would try to read our TLS files. */
    private Map<String, String> environment() {
        return Map.of("HOME", settings.directory().toString(), "LC_ALL", "C.UTF-8", "TZ", "GMT");
    }
}
