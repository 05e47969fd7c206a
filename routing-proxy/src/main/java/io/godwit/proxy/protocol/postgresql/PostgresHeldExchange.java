package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.gate.LoopGate;

/**
 * The exchange with which a session's client waits: the gate counts it until it runs or is given up. A session has at
 * most one. Confined to the session's event loop.
 */
final class PostgresHeldExchange {
    private final LoopGate gate;
    private boolean held;
    private long since;

    PostgresHeldExchange(LoopGate gate) {
        this.gate = gate;
    }

    /** The client has something to run; does nothing if it has been waiting already. */
    void hold() {
        if (!held) {
            held = true;
            since = System.nanoTime();
            gate.exchangeHeld();
        }
    }

    void resume() {
        if (held) {
            held = false;
            gate.exchangeResumed(System.nanoTime() - since);
        }
    }

    void abandon() {
        if (held) {
            held = false;
            gate.exchangeAbandoned();
        }
    }
}
