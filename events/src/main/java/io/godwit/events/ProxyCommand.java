package io.godwit.events;

import io.godwit.engines.Login;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;

/** What the orchestrator asks of every routing proxy. */
public sealed interface ProxyCommand extends Command {

    /**
     * Makes ready for the move: opens connections to the target ahead of the pause.
     *
     * @param epoch the epoch of the route that holds now
     */
    record ArmMigration(StepRef step, long epoch, Backend target) implements ProxyCommand {}

    /**
     * Holds new exchanges of the database and drains the running ones.
     *
     * @param epoch the epoch of the route that holds now; a proxy that knows a newer one ignores the command
     * @param leaseMillis after this the proxy goes back to the committed route by itself
     * @param drainMillis how long running exchanges may take to finish
     */
    record HoldTraffic(StepRef step, long epoch, long leaseMillis, long drainMillis, OnDrainTimeout onDrainTimeout)
            implements ProxyCommand {}

    /** Opens the gate again towards the committed route: the undo of {@link HoldTraffic}. */
    record ReleaseTraffic(StepRef step, long epoch) implements ProxyCommand {}

    /** Forgets what {@link ArmMigration} prepared. */
    record DisarmMigration(StepRef step) implements ProxyCommand {}

    /** What happens to exchanges that still run when the drain time is over. */
    enum OnDrainTimeout {
        /** The hold is given up for this attempt. */
        ABORT,
        /** They are cut with the engine's own error. */
        FORCE
    }

    /** Where a proxy logs in for a tenant. */
    record Backend(
            String serverId, ServerAddress address, TransportSecurity security, String databaseName, Login login) {}
}
