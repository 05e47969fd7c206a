package io.godwit.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A server that is one {@link DetachedProcess} and ends when it is asked to. */
public abstract class DetachedServer implements ManagedProcess {
    private final DetachedProcess process;
    private final Duration stopTimeout;

    /** @param stopTimeout after which a server that was asked to end is killed */
    protected DetachedServer(DetachedProcess process, Duration stopTimeout) {
        this.process = process;
        this.stopTimeout = stopTimeout;
    }

    /** Writes what the process needs and launches it. Called only while it does not run. */
    protected abstract void launch(DetachedProcess server) throws IOException;

    @Override
    public String name() {
        return process.name();
    }

    @Override
    public Path logFile() {
        return process.logFile();
    }

    @Override
    public Optional<ProcessIdentity> running() {
        return process.running();
    }

    @Override
    public void start() {
        if (running().isPresent()) {
            return;
        }
        try {
            launch(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void awaitReady(Duration timeout) {
        process.awaitReady(this::isReady, timeout);
    }

    @Override
    public void stop() {
        process.stop(StopSignal.TERM, stopTimeout);
    }

    @Override
    public void kill() {
        process.kill();
    }
}
