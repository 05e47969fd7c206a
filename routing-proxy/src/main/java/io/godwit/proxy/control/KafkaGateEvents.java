package io.godwit.proxy.control;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ProxyEvent;
import io.godwit.events.Topics;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import io.godwit.proxy.gate.GateEvents;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the orchestrator what the gates have done. Sending may block while the broker's metadata is missing, so it has
 * a thread of its own, which also keeps the order.
 */
final class KafkaGateEvents implements GateEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaGateEvents.class);

    private final DirectPublisher publisher;
    private final ExecutorService sender = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("gate-events").factory());

    KafkaGateEvents(DirectPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public void tell(DatabaseId databaseId, ProxyEvent event) {
        LOG.atInfo()
                .setMessage("Gate")
                .addKeyValue("database", databaseId)
                .addKeyValue("event", event)
                .log();
        sender.execute(() -> send(OutboundRecord.message(Topics.PROXY_EVENTS, databaseId, event)));
    }

    /** Tells something about the proxy as a whole. */
    void tell(String proxyId, ProxyEvent event) {
        sender.execute(() -> send(OutboundRecord.message(Topics.PROXY_EVENTS, proxyId, event)));
    }

    private void send(OutboundRecord outbound) {
        var _ = publisher.send(outbound).whenComplete((ignored, failure) -> {
            if (failure != null) {
                // The orchestrator asks again, and is answered again.
                LOG.atWarn()
                        .setMessage("An event could not be sent")
                        .addKeyValue("type", outbound.type())
                        .addKeyValue("reason", failure.getMessage())
                        .log();
            }
        });
    }

    @Override
    public void close() {
        sender.close();
    }
}
