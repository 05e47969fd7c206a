package io.godwit.processes.kafka;

import java.io.IOException;
import java.nio.file.Files;

/** Writes the broker's properties; anew at each start, so that a changed port takes effect. */
final class KafkaConfiguration {
    private KafkaConfiguration() {}

    static void write(KafkaSettings settings) throws IOException {
        Files.writeString(settings.propertiesFile(), """
                # Written by Godwit at each start: one node, broker and controller in one process.
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=127.0.0.1:%1$d
                listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                log.dirs=%3$s
                auto.create.topics.enable=false
                num.partitions=1
                default.replication.factor=1
                min.insync.replicas=1
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=4
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=4
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                # A single consumer of a group is the usual case here; waiting for more members only delays it.
                group.initial.rebalance.delay.ms=0
                num.network.threads=2
                num.io.threads=4
                log.cleaner.dedupe.buffer.size=16777216
                """.formatted(
                        settings.controllerPort(), settings.port(), settings.dataDirectory()));
    }
}
