package io.godwit.proxy.protocol;

import io.godwit.proxy.gate.LoopGate;

/**
 * The exchange with which a session's client waits: the gate counts it until it runs or is given up. A session has at
 * most one. Confined to the session's event loop.
 */
public final class HeldExchange {
    private final LoopGate gate;
    private boolean held;
    private long since;

    public HeldExchange(LoopGate gate) {
        this.gate = gate;
    }

    /** The client has something to run; does nothing if it has been waiting already. */
    public void hold() {
        if (!held) {
            held = true;
            since = System.nanoTime();
            gate.exchangeHeld();
        }
    }

    public void resume() {
        if (held) {
            held = false;
            gate.exchangeResumed(System.nanoTime() - since);
        }
    }

    public void abandon() {
        if (held) {
            held = false;
            gate.exchangeAbandoned();
        }
    }
}
