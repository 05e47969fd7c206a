package io.godwit.launcher.faults;

import io.godwit.launcher.faults.link.CutLinks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Runs inside the services of a test's platform, as an interceptor of their Kafka clients. Whoever is about to send a
 * message, or has just received one, for which a file lies in the folder stands still until that file is taken away. A
 * file is met once.
 */
public final class FaultInterceptor
        implements ProducerInterceptor<String, byte[]>, ConsumerInterceptor<String, byte[]> {
    static final String REACHED = ".reached";
    static final String ANY_SERVICE = "any";
    private static final long POLL_NANOS = 2_000_000;

    private final Path folder = Path.of(System.getProperty(CutLinks.FOLDER, ""));
    private final String service = System.getProperty("godwit.service", ANY_SERVICE);

    @Override
    public ProducerRecord<String, byte[]> onSend(ProducerRecord<String, byte[]> outgoing) {
        meet("sending", outgoing.headers());
        return outgoing;
    }

    @Override
    public ConsumerRecords<String, byte[]> onConsume(ConsumerRecords<String, byte[]> incoming) {
        incoming.forEach(received -> meet("received", received.headers()));
        return incoming;
    }

    private void meet(String moment, Headers headers) {
        Header type = headers.lastHeader("ce_type");
        if (type != null) {
            String name = nameOf(new String(type.value(), StandardCharsets.UTF_8));
            meet(folder.resolve(service + "." + moment + "." + name));
            meet(folder.resolve(ANY_SERVICE + "." + moment + "." + name));
        }
    }

    /** {@code hold-traffic} of {@code io.godwit.proxy.hold-traffic.v1}, {@code route} of {@code io.godwit.route.v1}. */
    private static String nameOf(String type) {
        String[] parts = type.split("\\.", -1);
        return parts[Math.max(0, parts.length - 2)];
    }

    private static void meet(Path point) {
        if (!Files.exists(point)) {
            return;
        }
        Path reached = point.resolveSibling(point.getFileName() + REACHED);
        try {
            Files.move(point, reached, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // Another service was first.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (Files.exists(reached)) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception failure) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> settings) {}
}
