package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import io.godwit.processes.DirectoryTree;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.redis.RedisInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders in which archives are looked into, each with at most one process. They lie in a folder that is named
 * after the process of this service that made them: what a killed one left is cleared away by the next, or by another
 * one on the same machine. Safe for use by several threads.
 */
final class RedisScratchFolders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisScratchFolders.class);
    private static final Pattern OWNER = Pattern.compile("(\\d+)-(\\d+)-([0-9a-f-]+)");

    private final Path root;
    private final Path ours;

    RedisScratchFolders(Path root) {
        this.root = root.toAbsolutePath();
        ProcessIdentity us = ProcessIdentity.of(ProcessHandle.current().pid())
                .orElseThrow(() -> new IllegalStateException("/proc does not tell of this process"));
        this.ours = this.root.resolve(us.pid() + "-" + us.startTicks() + "-" + us.bootId());
    }

    /** @return a new, empty folder; what was left under that name is removed first */
    Path create(String name) {
        removeLeftovers();
        remove(name);
        try {
            return Files.createDirectories(ours.resolve(name));
        } catch (IOException e) {
            throw new OperationFailedException(
                    "SCRATCH_UNWRITABLE",
                    "folder " + ours.resolve(name) + " can't be made; expected one of the backup service's own",
                    Failure.Kind.INTERNAL,
                    e);
        }
    }

    /** Ends the folder's process and deletes it. Does nothing if there is no such folder. */
    void remove(String name) {
        remove(ours.resolve(name));
    }

    /** Removes what was made by processes of this service that have ended. */
    void removeLeftovers() {
        if (!Files.isDirectory(root)) {
            return;
        }
        for (Path owner : foldersOf(root)) {
            if (ownerOf(owner).filter(identity -> !identity.isAlive()).isPresent()) {
                LOG.atInfo()
                        .setMessage("Removing what an interrupted run left")
                        .addKeyValue("folder", owner)
                        .log();
                removeAll(owner);
            }
        }
    }

    /** Removes everything of this process. */
    @Override
    public void close() {
        if (Files.isDirectory(ours)) {
            removeAll(ours);
        }
    }

    private static Optional<ProcessIdentity> ownerOf(Path folder) {
        Matcher name = OWNER.matcher(folder.getFileName().toString());
        return name.matches()
                ? Optional.of(new ProcessIdentity(
                        Long.parseLong(name.group(1)), Long.parseLong(name.group(2)), name.group(3)))
                : Optional.empty();
    }

    private static void removeAll(Path owner) {
        foldersOf(owner).forEach(RedisScratchFolders::remove);
        delete(owner);
    }

    private static void remove(Path folder) {
        // An interrupted thread could wait for no process to end.
        boolean interrupted = Thread.interrupted();
        try {
            new RedisInstance(folder).kill();
            delete(folder);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void delete(Path folder) {
        try {
            DirectoryTree.delete(folder);
        } catch (IOException e) {
            LOG.atError()
                    .setMessage("A folder could not be removed; the next run removes it")
                    .addKeyValue("folder", folder)
                    .addKeyValue("reason", e.toString())
                    .log();
        }
    }

    private static List<Path> foldersOf(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            LOG.atWarn()
                    .setMessage("A folder could not be listed")
                    .addKeyValue("folder", folder)
                    .addKeyValue("reason", e.toString())
                    .log();
            return List.of();
        }
    }
}
