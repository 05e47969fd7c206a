package io.godwit.launcher.platform;

import io.godwit.launcher.platform.ProcessStatus.Kind;
import io.godwit.launcher.platform.ProcessStatus.State;
import io.godwit.processes.ManagedProcess;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.postgresql.PostgresInstance;
import io.godwit.processes.redis.RedisInstance;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process of the platform as it can be looked at and ended, without knowing how it is started. */
record Member(
        String name,
        Kind kind,
        @Nullable Integer port,
        Path log,
        Supplier<Optional<ProcessIdentity>> running,
        BooleanSupplier ready,
        Runnable stop) {

    static Member of(ManagedProcess process, Kind kind, int port) {
        return new Member(
                process.name(), kind, port, process.logFile(), process::running, process::isReady, process::stop);
    }

    static Member of(String name, PostgresInstance server, Kind kind) {
        OptionalInt port = server.port();
        return new Member(
                name,
                kind,
                port.isPresent() ? port.getAsInt() : null,
                server.logFile(),
                server::running,
                server::isReady,
                server::stop);
    }

    static Member of(String name, RedisInstance server, Kind kind) {
        OptionalInt port = server.port();
        return new Member(
                name,
                kind,
                port.isPresent() ? port.getAsInt() : null,
                server.logFile(),
                server::running,
                server::isReady,
                server::stop);
    }

    boolean isRunning() {
        return running.get().isPresent();
    }

    ProcessStatus status(SessionMemory memory) {
        Optional<ProcessIdentity> process = running.get();
        if (process.isEmpty()) {
            return new ProcessStatus(name, kind, State.STOPPED, null, port, null, log);
        }
        long pid = process.get().pid();
        State state = ready.getAsBoolean() ? State.READY : State.STARTING;
        return new ProcessStatus(name, kind, state, pid, port, memory.ofSession(pid), log);
    }
}
