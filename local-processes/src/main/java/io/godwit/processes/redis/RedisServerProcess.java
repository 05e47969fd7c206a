package io.godwit.processes.redis;

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

/** A Redis server as a local process, never with root's rights. */
public final class RedisServerProcess implements ManagedProcess {
    private final RedisInstallation installation;
    private final RedisServerSettings settings;
    private final UnprivilegedCommand unprivileged;
    private final RedisInstance instance;

    public RedisServerProcess(RedisInstallation installation, RedisServerSettings settings) {
        this(installation, settings, UnprivilegedCommand.detect());
    }

    RedisServerProcess(RedisInstallation installation, RedisServerSettings settings, UnprivilegedCommand unprivileged) {
        this.installation = installation;
        this.settings = settings;
        this.unprivileged = unprivileged;
        this.instance = new RedisInstance(settings.name(), settings.directory());
    }

    public RedisServerSettings settings() {
        return settings;
    }

    public boolean isInitialized() {
        return Files.exists(instance.files().users());
    }

    /**
     * Makes the server's directory and in it the administrator. Does nothing if it is there already; what an earlier
     * attempt left half-made is made anew. The password is kept as a hash only.
     */
    public void initialize(String administratorPassword) {
        if (isInitialized()) {
            return;
        }
        RedisFiles files = instance.files();
        try {
            Files.createDirectories(files.directory());
            Files.setPosixFilePermissions(files.directory(), PosixFilePermissions.fromString("rwx------"));
            DirectoryTree.delete(files.data());
            Files.createDirectories(files.data());
            RedisConfiguration.writeFirst(settings, files);
            RedisUsers.write(files, settings.administrator(), administratorPassword);
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
            throw new LocalProcessException(settings.name() + " has no users in " + settings.directory()
                    + "; expected the directory of an initialized server");
        }
        if (running().isPresent()) {
            return;
        }
        RedisFiles files = instance.files();
        try {
            RedisConfiguration.writeFixed(settings, files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        unprivileged.own(settings.directory());
        unprivileged.requireReach(installation.serverProgram());
        instance.process()
                .launch(
                        unprivileged.wrap(List.of(
                                installation.serverProgram().toString(),
                                files.ownConfiguration().toString(),
                                "--include",
                                files.fixedConfiguration().toString())),
                        Map.of("HOME", settings.directory().toString(), "LC_ALL", "C.UTF-8", "TZ", "GMT"),
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

    /** Stops the server and deletes everything of it; the databases in its directory, which go too, are killed. */
    public void destroy() {
        stop();
        instance.databases().forEach(RedisInstance::kill);
        try {
            DirectoryTree.delete(settings.directory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
