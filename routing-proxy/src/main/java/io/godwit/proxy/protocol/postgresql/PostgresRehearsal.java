package io.godwit.proxy.protocol.postgresql;

import org.jspecify.annotations.Nullable;

/**
 * Whether a session is to read its state as if it were to leave its server: until it has, it runs nothing new. Confined
 * to the session's event loop.
 */
final class PostgresRehearsal {
    private boolean wanted;
    private @Nullable Runnable over;

    boolean isWanted() {
        return wanted;
    }

    /** @param then runs once, when it has ended in any way */
    void want(Runnable then) {
        wanted = true;
        over = then;
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
}
