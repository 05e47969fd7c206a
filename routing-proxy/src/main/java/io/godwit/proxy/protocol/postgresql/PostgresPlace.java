package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;

/**
 * The right to one connection to a server of a pooled database. It lasts until the server has ended that connection, so
 * that the server never sees more of them than there are places. Confined to one event loop.
 */
final class PostgresPlace {
    private final PostgresPool pool;
    private final Backend target;
    private boolean ending;
    private boolean free;

    PostgresPlace(PostgresPool pool, Backend target) {
        this.pool = pool;
        this.target = target;
    }

    /** The connection takes the place for as long as it lasts. */
    void give(PostgresBackend backend) {
        backend.occupy(this);
        backend.channel().closeFuture().addListener(ignored -> free());
    }

    /** It will be free soon: nobody else needs to give way for those who wait. */
    void onEnding() {
        if (!ending && !free) {
            ending = true;
            pool.expect(target);
        }
    }

    void free() {
        if (!free) {
            free = true;
            pool.free(target, ending);
        }
    }
}
