package io.godwit.testing;

import io.godwit.processes.FreePorts;
import io.godwit.processes.Parts;
import io.godwit.processes.kafka.KafkaProcess;
import io.godwit.processes.kafka.KafkaSettings;
import java.time.Duration;

/** A real Kafka broker. It makes no topic by itself. */
public final class KafkaBroker implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    private final KafkaProcess process;

    private KafkaBroker(KafkaProcess process) {
        this.process = process;
    }

    /** @return the broker of this test run, started on first use and stopped when the JVM ends; do not close it */
    public static KafkaBroker shared() {
        return Shared.BROKER;
    }

    /** @return a broker of its own */
    public static KafkaBroker start() {
        int port = FreePorts.any();
        KafkaProcess process = new KafkaProcess(
                new KafkaSettings(TestDirectory.resolve("kafka_" + port), port, FreePorts.any()), Parts.locate());
        TestDirectory.killAtEnd(process);
        process.start();
        process.awaitReady(START_TIMEOUT);
        return new KafkaBroker(process);
    }

    /** For the property {@code spring.kafka.bootstrap-servers}. */
    public String bootstrapServers() {
        return process.settings().bootstrapServers();
    }

    /** To stop, kill and start the broker in the middle of a test. */
    public KafkaProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.kill();
    }

    private static final class Shared {
        private static final KafkaBroker BROKER = start();
    }
}
