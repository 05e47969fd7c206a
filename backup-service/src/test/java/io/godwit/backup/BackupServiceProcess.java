package io.godwit.backup;

import io.godwit.events.MessageJson;
import io.godwit.processes.FreePorts;
import io.godwit.testing.Eventually;
import io.godwit.testing.TestDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The service as a process of its own. */
final class BackupServiceProcess {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

    private final Process process;
    private final int port;

    private BackupServiceProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when it answers. */
    static BackupServiceProcess start(Map<String, Object> properties) throws InterruptedException {
        int port = FreePorts.any();
        Map<String, Object> own = new HashMap<>(properties);
        own.put("server.port", Integer.toString(port));
        Path log = TestDirectory.resolve("backup-service-" + port + ".log");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BackupApplication.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .put("SPRING_APPLICATION_JSON", MessageJson.mapper().writeValueAsString(own));
        try {
            BackupServiceProcess started = new BackupServiceProcess(builder.start(), port);
            Runtime.getRuntime().addShutdownHook(new Thread(started::kill, "backup-service-stop"));
            Eventually.await("the service's start, see " + log, START_TIMEOUT, started::answers);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** Ends it as a crash would, and returns when it has gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    private boolean answers() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("it has ended with " + process.exitValue());
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health"))
                    .build();
            return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        }
    }
}
