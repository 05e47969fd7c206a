package io.godwit.replication.engine.redis;

import io.godwit.processes.Commands;
import io.godwit.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server that hangs: its connections stay open and nothing answers. */
final class Paused implements AutoCloseable {
    private final long pid;

    Paused(RedisServer server) {
        this.pid = server.process().running().orElseThrow().pid();
        send("STOP");
    }

    @Override
    public void close() {
        send("CONT");
    }

    private void send(String signal) {
        Commands.run(List.of("kill", "-" + signal, Long.toString(pid)), Map.of(), Duration.ofSeconds(5));
    }
}
