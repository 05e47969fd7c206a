package io.godwit.messaging;

import io.godwit.events.Message;
import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.testing.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what it received; fails for the proxies it is told to. */
class RecordingListener implements InboxListener<Message> {
    static final String POISON = "poison";
    /** A proxy whose heartbeats are worth something for a minute. */
    static final String OUTDATED = "outdated";

    static final String SHORT_LIVED = "short-lived";

    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String topic;
    private final String subscription;
    private final List<ProxyHeartbeat> received = new CopyOnWriteArrayList<>();

    RecordingListener(String topic, String subscription) {
        this.topic = topic;
        this.subscription = subscription;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public Class<Message> payloadType() {
        return Message.class;
    }

    @Override
    public String subscription() {
        return subscription;
    }

    @Override
    public @Nullable Instant validUntil(Message message) {
        String proxy = message instanceof ProxyHeartbeat heartbeat ? heartbeat.proxyId() : "";
        return switch (proxy) {
            case OUTDATED -> Instant.now().minusSeconds(1);
            case SHORT_LIVED -> Instant.now().plusSeconds(60);
            default -> null;
        };
    }

    @Override
    public void onRecord(Message message) {
        if (message instanceof ProxyHeartbeat heartbeat) {
            if (heartbeat.proxyId().equals(POISON)) {
                throw new IllegalArgumentException("poison");
            }
            received.add(heartbeat);
        }
    }

    /** What came from one proxy, in the order of arrival. */
    List<Integer> receivedFrom(String proxyId) {
        return received.stream()
                .filter(heartbeat -> heartbeat.proxyId().equals(proxyId))
                .map(ProxyHeartbeat::sessions)
                .toList();
    }

    void awaitFrom(String proxyId, int sessions) throws InterruptedException {
        Eventually.await(
                "heartbeat " + sessions + " of " + proxyId,
                PATIENCE,
                () -> receivedFrom(proxyId).contains(sessions));
    }
}
