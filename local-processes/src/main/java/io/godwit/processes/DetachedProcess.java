package io.godwit.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Launches one program detached from the terminal and from this JVM, keeps its record, and ends it. */
public final class DetachedProcess {
    private static final Logger log = LoggerFactory.getLogger(DetachedProcess.class);
    /** Clients may be held until a process has ended. */
    private static final Duration POLL = Duration.ofMillis(5);

    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
    private static final int TAIL_LINES = 25;

    private final String name;
    private final ProcessRecord record;
    private final Path logFile;

    public DetachedProcess(String name, Path recordFile, Path logFile) {
        this.name = name;
        this.record = new ProcessRecord(recordFile);
        this.logFile = logFile;
    }

    public String name() {
        return name;
    }

    public Path logFile() {
        return logFile;
    }

    public Optional<ProcessIdentity> running() {
        return record.findAlive();
    }

    /** Does nothing if the process runs. {@code environment} is added to this JVM's own. */
    public void launch(List<String> command, Map<String, String> environment, Path directory) {
        if (running().isPresent()) {
            return;
        }
        List<String> detached = new ArrayList<>();
        // A session of its own: no signal of the terminal reaches it. setsid executes in place, so the pid stays.
        detached.add("setsid");
        detached.addAll(command);
        try {
            Files.createDirectories(logFile.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(detached)
                    .directory(directory.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            builder.environment().putAll(environment);
            long pid = builder.start().pid();
            ProcessIdentity.of(pid).ifPresent(record::write);
            log.atDebug()
                    .setMessage("process started")
                    .addKeyValue("process", name)
                    .addKeyValue("pid", pid)
                    .log();
        } catch (IOException e) {
            throw new LocalProcessException(name + " can't be started with " + command.getFirst(), e);
        }
    }

    /** Takes over a process that was found by other means than the record. */
    public void adopt(ProcessIdentity identity) {
        record.write(identity);
    }

    public void awaitReady(BooleanSupplier ready, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!ready.getAsBoolean()) {
            if (running().isEmpty()) {
                throw failure("ended before it was ready");
            }
            if (System.nanoTime() - deadline > 0) {
                throw failure("is not ready after " + timeout.toSeconds() + " s");
            }
            pause();
        }
    }

    /** Sends {@code first}, waits {@code grace}, then kills; returns when the process has gone. */
    public void stop(StopSignal first, Duration grace) {
        Optional<ProcessIdentity> process = running();
        if (process.isPresent()) {
            first.sendTo(process.get());
            if (!awaitEnd(process.get(), grace)) {
                log.atWarn()
                        .setMessage("process does not stop when asked; killing it")
                        .addKeyValue("process", name)
                        .addKeyValue("pid", process.get().pid())
                        .log();
                kill();
            }
        }
        record.delete();
    }

    public void kill() {
        running().ifPresent(process -> {
            StopSignal.KILL.sendTo(process);
            if (!awaitEnd(process, KILL_TIMEOUT)) {
                throw new LocalProcessException(name + " (process " + process.pid() + ") can't be killed");
            }
        });
        record.delete();
    }

    /** Kills a process whose children end by themselves when it has; returns when they have, too. */
    public void killWithChildren() {
        List<ProcessIdentity> children = running().stream()
                .flatMap(process -> ProcessHandle.of(process.pid()).stream())
                .flatMap(ProcessHandle::children)
                .flatMap(child -> ProcessIdentity.of(child.pid()).stream())
                .toList();
        kill();
        for (ProcessIdentity child : children) {
            if (!awaitEnd(child, KILL_TIMEOUT)) {
                throw new LocalProcessException(
                        "process " + child.pid() + " of " + name + " has not ended with it; expected that it does");
            }
        }
    }

    private LocalProcessException failure(String what) {
        return new LocalProcessException(name + " " + what + ". The end of " + logFile + ":\n  "
                + String.join("\n  ", LogTail.of(logFile, TAIL_LINES)));
    }

    private static boolean awaitEnd(ProcessIdentity process, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalProcessException("interrupted while waiting for a process", e);
        }
    }
}
