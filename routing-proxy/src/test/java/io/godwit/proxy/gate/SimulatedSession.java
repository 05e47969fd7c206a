package io.godwit.proxy.gate;

import io.godwit.engines.Login;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyEvent.PinnedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session that keeps the rules of {@link GatedSession} with steps that a test takes one by one: attaching and leaving
 * take time, exchanges run on the server the session was attached to when they began.
 */
final class SimulatedSession implements GatedSession {
    private static final long NOBODY = -2;

    private final String name;
    private final LoopGate gate;
    private final boolean felt;
    private long epoch = NOBODY;
    private long attachingTo = NOBODY;
    private boolean leavingServer;
    private boolean running;
    private boolean awaitsClient;
    private boolean parked;
    private boolean ended;
    private int asked;
    private long runningForMillis;
    private @Nullable String keeps;
    private boolean serverIsSilent;
    private int inspections;
    private final List<Long> ranOn = new ArrayList<>();

    /** @param felt whether the session has locks or listens */
    SimulatedSession(String name, LoopGate gate, boolean felt) {
        this.name = name;
        this.gate = gate;
        this.felt = felt;
    }

    void start() {
        gate.enter(this);
        if (gate.mayAttach(this)) {
            onGateOpened();
        }
    }

    /** The client begins an exchange, unless its last is not answered. */
    void ask() {
        if (ended || running || parked) {
            return;
        }
        asked++;
        if (gate.pass() == epoch && !leavingServer) {
            run();
        } else {
            parked = true;
            gate.exchangeHeld();
        }
    }

    private void run() {
        running = true;
        ranOn.add(epoch);
        gate.exchangeStarted();
    }

    /** The server has answered what runs, and the client is to go on with it, for example with a transaction. */
    void waitForClient() {
        awaitsClient = running;
    }

    @Override
    public boolean awaitsClient() {
        return awaitsClient;
    }

    /** The server answers, a login succeeds, a capture ends: whatever is under way goes one step on. */
    void step() {
        if (running) {
            running = false;
            awaitsClient = false;
            if (gate.pass() != epoch) {
                leavingServer = true;
            }
        } else if (leavingServer) {
            leavingServer = false;
            if (gate.pass() != epoch) {
                epoch = NOBODY;
                if (felt) {
                    gate.goesFirst(this);
                }
                gate.detached(this);
                if (gate.mayAttach(this)) {
                    onGateOpened();
                }
            } else {
                resume();
            }
        } else if (attachingTo != NOBODY) {
            epoch = attachingTo;
            attachingTo = NOBODY;
            gate.hasGoneFirst(this);
            resume();
        }
    }

    private void resume() {
        if (parked) {
            parked = false;
            run();
            gate.exchangeResumed(1);
        }
    }

    @Override
    public boolean attached() {
        return !ended && (epoch != NOBODY || attachingTo != NOBODY);
    }

    boolean runsSomething() {
        return running;
    }

    boolean busy() {
        return !ended && (running || parked || leavingServer || attachingTo != NOBODY);
    }

    boolean ended() {
        return ended;
    }

    long epoch() {
        return epoch;
    }

    int asked() {
        return asked;
    }

    /** The epochs on which exchanges ran, one entry for each. */
    List<Long> ranOn() {
        return ranOn;
    }

    @Override
    public void onGateClosed() {
        if (attachingTo != NOBODY) {
            attachingTo = NOBODY;
            if (felt) {
                gate.goesFirst(this);
            }
            gate.detached(this);
        } else if (epoch != NOBODY && !running) {
            leavingServer = true;
        }
    }

    @Override
    public void onGateOpened() {
        @Nullable DatabaseRoute route = gate.route();
        if (ended || route == null || gate.pass() == LoopGate.CLOSED) {
            return;
        }
        if (epoch == NOBODY) {
            attachingTo = route.epoch();
        } else if (epoch == gate.pass()) {
            if (!leavingServer) {
                resume();
            }
        } else if (!running) {
            leavingServer = true;
        }
    }

    @Override
    public void arm(Backend target, Login login, Runnable done) {
        done.run();
    }

    @Override
    public void disarm() {}

    @Override
    public Optional<PinnedSession> pinned() {
        return running ? Optional.of(new PinnedSession(name, "query", runningForMillis)) : Optional.empty();
    }

    /** What runs has done so for that long. */
    void runsFor(Duration time) {
        runningForMillis = time.toMillis();
    }

    /** The server knows of something that keeps the session there. */
    void isKeptBy(String reason) {
        keeps = reason;
    }

    /** Whether the server does not answer what it is asked about the session. */
    void serverIsSilent(boolean silent) {
        serverIsSilent = silent;
    }

    int inspections() {
        return inspections;
    }

    @Override
    public boolean inspect(Consumer<Optional<PinnedSession>> told) {
        if (running) {
            return false;
        }
        inspections++;
        if (!serverIsSilent) {
            told.accept(Optional.ofNullable(keeps).map(reason -> new PinnedSession(name, reason, 0)));
        }
        return true;
    }

    @Override
    public void cut() {
        if (!ended) {
            ended = true;
            if (parked) {
                parked = false;
                gate.exchangeAbandoned();
            }
            gate.leave(this);
        }
    }

    @Override
    public void leave() {
        cut();
    }
}
