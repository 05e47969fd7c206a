package io.godwit.proxy.control;

import io.godwit.events.Message;
import io.godwit.events.ProxyCommand;
import io.godwit.events.Topics;
import io.godwit.messaging.BroadcastListener;
import io.godwit.proxy.gate.GateRegistry;
import org.jspecify.annotations.Nullable;

/** Passes the orchestrator's commands to the gates. Every proxy receives every command. */
final class ProxyCommandListener implements BroadcastListener<Message> {
    private final GateRegistry gates;
    private final Readiness readiness;

    ProxyCommandListener(GateRegistry gates, Readiness readiness) {
        this.gates = gates;
        this.readiness = readiness;
    }

    @Override
    public String topic() {
        return Topics.PROXY_COMMANDS;
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
    public void onRecord(String key, @Nullable Message message) {
        if (message instanceof ProxyCommand command) {
            gates.onCommand(command);
        }
    }

    @Override
    public void onCaughtUp() {
        readiness.conditionMet();
    }
}
