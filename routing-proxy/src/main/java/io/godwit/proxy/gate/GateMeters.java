package io.godwit.proxy.gate;

import io.godwit.engines.DatabaseId;
import java.time.Duration;

/** Where gates are measured. */
public interface GateMeters {

    /** A database's gate has been made. */
    void onGate(DatabaseGate gate);

    /** The database is gone. */
    void onGateRemoved(DatabaseGate gate);

    /** An exchange waited for so long. On an event loop; must not block. */
    void onHeld(DatabaseId databaseId, Duration time);
}
