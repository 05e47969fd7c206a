package io.godwit.proxy.protocol;

import io.godwit.proxy.gate.LoopGate;

/**
 * The exchange with which a session's client waits: the gate counts it until it runs or is given up. A session has at
 * most one. Confined to the session's event loop.
 */
public final class HeldExchange {
    private final LoopGate gate;
    private boolean held;
    private boolean abandoned;
    private long since;

    public HeldExchange(LoopGate gate) {
        this.gate = gate;
    }

    /** The client has something to run; does nothing if it has been waiting already, or waits in vain. */
    public void hold() {
        if (!held && !abandoned) {
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

    /** The session ends, and nothing of it runs any more. */
    public void abandon() {
        abandoned = true;
        if (held) {
            held = false;
            gate.exchangeAbandoned();
        }
    }
}
