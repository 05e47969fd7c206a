package io.godwit.processes.kafka;

import io.godwit.processes.Commands;
import io.godwit.processes.DetachedProcess;
import io.godwit.processes.DetachedServer;
import io.godwit.processes.DirectoryTree;
import io.godwit.processes.JavaCommand;
import io.godwit.processes.Parts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A Kafka broker in KRaft mode, alone in its cluster, as a local process. */
public final class KafkaProcess extends DetachedServer {
    private static final String NAME = "kafka";
    private static final Duration FORMAT_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final List<String> LOGGING = List.of(
            "-Dorg.slf4j.simpleLogger.logFile=System.out",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config.AbstractConfig=warn");

    private final KafkaSettings settings;
    private final Parts parts;

    public KafkaProcess(KafkaSettings settings, Parts parts) {
        super(
                new DetachedProcess(
                        NAME,
                        settings.directory().resolve("process.properties"),
                        settings.directory().resolve("server.log")),
                STOP_TIMEOUT);
        this.settings = settings;
        this.parts = parts;
    }

    public KafkaSettings settings() {
        return settings;
    }

    @Override
    protected void launch(DetachedProcess server) throws IOException {
        Files.createDirectories(settings.directory());
        KafkaConfiguration.write(settings);
        formatOnce();
        server.launch(
                java(
                        "256m",
                        "server.jsa",
                        "kafka.Kafka",
                        List.of(settings.propertiesFile().toString())),
                Map.of(),
                settings.directory());
    }

    @Override
    public boolean isReady() {
        return KafkaProbe.answers(settings.port());
    }

    /** The marker is written last: what a formatting left half-made is made anew. */
    private void formatOnce() throws IOException {
        Path marker = settings.directory().resolve("formatted");
        if (Files.exists(marker)) {
            return;
        }
        DirectoryTree.delete(settings.dataDirectory());
        Commands.run(
                java(
                        "128m",
                        "format.jsa",
                        "kafka.tools.StorageTool",
                        List.of(
                                "format",
                                "--standalone",
                                "--cluster-id=" + clusterId(),
                                "--config=" + settings.propertiesFile())),
                Map.of(),
                FORMAT_TIMEOUT);
        Files.createFile(marker);
    }

    private List<String> java(String heap, String archive, String mainClass, List<String> arguments) {
        List<String> options = new ArrayList<>(JavaCommand.smallServer(heap));
        options.addAll(JavaCommand.classArchive(settings.directory().resolve(archive)));
        options.addAll(LOGGING);
        return JavaCommand.of(options, parts.classPath("kafka"), mainClass, arguments);
    }

    /** Kafka writes a UUID as 22 characters of base64. */
    private static String clusterId() {
        UUID id = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        // A leading dash would be read as an option.
        bytes[0] &= 0x7F;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
