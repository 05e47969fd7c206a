package io.godwit.processes.kafka;

import java.nio.file.Path;

/**
 * What one Kafka broker process is made of.
 *
 * @param directory holds everything of the broker: its data, its log, its process record; made if absent
 * @param port for clients, on the loopback interface
 * @param controllerPort for the controller that the same process runs
 */
public record KafkaSettings(Path directory, int port, int controllerPort) {
    public KafkaSettings {
        directory = directory.toAbsolutePath();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    Path dataDirectory() {
        return directory.resolve("data");
    }

    Path propertiesFile() {
        return directory.resolve("server.properties");
    }
}
