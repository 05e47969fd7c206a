package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves slots along that nobody reads: that of a stream back which does not flow yet, so that the last step, inside the
 * pause, is a short one, and that of a forward stream which was turned around. The servers keep no log for them.
 */
final class PostgresSlotKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSlotKeeper.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final PostgresSessions sessions;
    /** The streams whose slots are moved along, by the side that these are on. */
    private final Map<String, ChangeStream> kept = new ConcurrentHashMap<>();

    private final Thread thread;

    PostgresSlotKeeper(PostgresSessions sessions) {
        this.sessions = sessions;
        this.thread = Thread.ofVirtual().name("slot-keeper").start(this::run);
    }

    /** @param stream at whose source no client writes until {@link #leave} has returned */
    void keep(ChangeStream stream) {
        kept.put(PostgresNames.side(stream.migrationId(), stream.source().server()), stream);
    }

    /** When this returns, the slot is not being moved and will not be: moved any later, it would skip what clients write. */
    synchronized void leave(String migrationId, PlacedDatabase source) {
        kept.remove(PostgresNames.side(migrationId, source.server()));
    }

    void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                for (Map.Entry<String, ChangeStream> entry : kept.entrySet()) {
                    advance(entry.getKey(), entry.getValue());
                }
                sessions.releaseIdle();
            }
        } catch (InterruptedException _) {
            // The service stops.
        }
    }

    private synchronized void advance(String side, ChangeStream stream) throws InterruptedException {
        if (!kept.containsKey(side)) {
            return;
        }
        String slot = PostgresNames.stream(stream);
        try {
            sessions.with(stream.source(), session -> {
                PostgresPublisher.advanceSlot(session, slot);
                return true;
            });
        } catch (SQLException e) {
            LOG.atDebug()
                    .setMessage("Could not move a slot along")
                    .addKeyValue("slot", slot)
                    .setCause(e)
                    .log();
        }
    }
}
