package io.godwit.orchestrator.messaging;

import io.godwit.events.Message;
import io.godwit.events.ProxyEvent;
import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.events.ProxyEvent.ProxyStopped;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.messaging.BroadcastListener;
import io.godwit.orchestrator.migration.MigrationRunner;
import io.godwit.orchestrator.proxies.LiveProxies;
import io.godwit.orchestrator.saga.Input;
import io.godwit.orchestrator.saga.Replies;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Listens to the proxies. Every instance hears every heartbeat, and none of them is written anywhere; an answer that
 * several instances hear, or that is heard twice, is decided upon once, because a proxy counts once per question.
 */
@Component
class ProxyListener implements BroadcastListener<Message> {
    private final LiveProxies proxies;
    private final MigrationRunner runner;

    ProxyListener(LiveProxies proxies, MigrationRunner runner) {
        this.proxies = proxies;
        this.runner = runner;
    }

    @Override
    public String topic() {
        return Topics.PROXY_EVENTS;
    }

    @Override
    public Class<Message> payloadType() {
        return Message.class;
    }

    @Override
    public StartAt startAt() {
        return StartAt.LATEST;
    }

    @Override
    public void onCaughtUp() {
        proxies.upToDate();
    }

    @Override
    public boolean followsEnd() {
        return true;
    }

    @Override
    public void onUpToDate() {
        proxies.upToDate();
    }

    @Override
    public void onRecord(String key, @Nullable Message message) {
        switch (message) {
            case ProxyHeartbeat heartbeat -> proxies.heard(heartbeat.proxyId());
            case ProxyStopped stopped -> {
                proxies.stopped(stopped.proxyId());
                runner.proxyGone(stopped.proxyId());
            }
            // Nothing is decided by it: a hold counts when it is drained.
            case TrafficHeld _ -> {}
            case ProxyEvent event -> {
                StepRef step = Replies.stepOf(event);
                if (step != null) {
                    runner.handle(step.migrationId(), new Input.Received(event));
                }
            }
            case null, default -> {}
        }
    }
}
