package io.godwit.proxy.gate;

import io.godwit.engines.Login;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyEvent.PinnedSession;
import java.util.Optional;
import java.util.function.Consumer;

/** A client session as its gate sees it. Every method is called on the session's event loop and returns at once. */
public interface GatedSession {

    /** Whether the session has, or is making, a connection on which it may run something. */
    boolean attached();

    /**
     * The gate has closed: the session leaves its server as soon as no exchange runs, then calls {@link
     * LoopGate#detached}. New exchanges wait.
     */
    void onGateClosed();

    /** The gate has opened, to {@link LoopGate#route()}. */
    void onGateOpened();

    /**
     * Opens a connection to where the database is about to move.
     *
     * @param login that the target takes now
     * @param done runs on this loop, failed or not
     */
    void arm(Backend target, Login login, Runnable done);

    void disarm();

    /** Why the session can't leave its server now, as far as that is known without asking the server. */
    Optional<PinnedSession> pinned();

    /**
     * Finds out whether the session could leave its server, as if it had to, unless something runs. What the client sends
     * meanwhile waits for the server's answer; nothing else is held.
     *
     * @param told called once, perhaps before this returns, with what keeps the session there
     * @return false if something runs; then nobody is told
     */
    boolean inspect(Consumer<Optional<PinnedSession>> told);

    /**
     * Whether the server has answered everything and waits for the client. If the session can't leave all the same, it
     * has something there that others may wait for, an open transaction for example.
     */
    boolean awaitsClient();

    /** Ends the session with the engine's own error, whatever it is doing. */
    void cut();

    /** Ends the session with the engine's own error as soon as no exchange runs. */
    void leave();
}
