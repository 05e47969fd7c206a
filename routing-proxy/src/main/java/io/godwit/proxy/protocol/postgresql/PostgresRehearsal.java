package io.godwit.proxy.protocol.postgresql;

import org.jspecify.annotations.Nullable;

/**
 * Reads a session's state as if it were to leave its server, and has it stay. A rehearsal waits until nothing runs, keeps
 * back what is new until it has read, and gives what it has read to the connection that was opened ahead: when the gate
 * closes, the same has been done once and costs less, and the next server has most of it. An inspection keeps nothing back
 * and only finds out what keeps the session there. Confined to the session's event loop.
 */
final class PostgresRehearsal {
    private final PostgresServerSide serverSide;
    private final PostgresServerSideOwner owner;
    private boolean wanted;
    private @Nullable Runnable over;
    private @Nullable Runnable inspected;

    PostgresRehearsal(PostgresServerSide serverSide, PostgresServerSideOwner owner) {
        this.serverSide = serverSide;
        this.owner = owner;
    }

    /** @param then runs once, when it has ended in any way */
    void start(Runnable then) {
        end();
        if (!mayAsk()) {
            then.run();
            return;
        }
        // What was in the way when the session was inspected may have gone.
        serverSide.forgetPin();
        wanted = true;
        over = then;
        owner.onProgress();
    }

    /** Whether the session is to be read as soon as nothing runs: until it is, it runs nothing new. */
    boolean isWanted() {
        return wanted;
    }

    /** The session's state has been read; it goes on while the next server is given it. */
    void read() {
        wanted = false;
    }

    void end() {
        wanted = false;
        Runnable then = over;
        over = null;
        if (then != null) {
            then.run();
        }
    }

    /** What is still to be read is not. */
    void giveUp() {
        boolean waited = wanted;
        end();
        if (waited && mayAsk()) {
            owner.onAttached();
        }
    }

    /**
     * Of a session that runs nothing.
     *
     * @param then runs once, when {@link PostgresServerSide#pin} tells what keeps the session there
     */
    void inspect(Runnable then) {
        if (!mayAsk()) {
            then.run();
            return;
        }
        serverSide.forgetPin();
        inspected = then;
        serverSide.capture();
    }

    /** Whether the session is read for nothing else. */
    boolean isInspection() {
        return inspected != null;
    }

    void endInspection() {
        Runnable then = inspected;
        inspected = null;
        if (then != null) {
            then.run();
        }
    }

    private boolean mayAsk() {
        return serverSide.isAttached() && serverSide.gateIsOpen();
    }
}
