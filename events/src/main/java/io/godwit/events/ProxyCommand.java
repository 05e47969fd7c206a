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
     * Makes ready for the way back, to a server that is fenced: opens connections to it with a login that no client and no
     * route has. A proxy that does not know the route yet opens none, for it would bring them its clients.
     *
     * @param epoch the epoch of the route that holds now
     * @param target as the route to it will say
     * @param passage the login that the server takes until the route leads there
     */
    record ArmRollback(StepRef step, long epoch, Backend target, Login passage) implements ProxyCommand {}

    /**
     * Holds new exchanges of the database and drains the running ones.
     *
     * @param epoch the epoch of the route that holds now; a proxy that knows a newer one ignores the command
     * @param leaseMillis after this the proxy goes back to the committed route by itself
     * @param drainMillis how long running exchanges may take to finish
     */
    record HoldTraffic(StepRef step, long epoch, long leaseMillis, long drainMillis, OnDrainTimeout onDrainTimeout)
            implements ProxyCommand {}

    /**
     * Asks which client sessions of the database could not leave their server now. Nothing is held for it, and what runs
     * goes on.
     */
    record InspectSessions(StepRef step) implements ProxyCommand {}

    /** Opens the gate again towards the committed route: the undo of {@link HoldTraffic}. */
    record ReleaseTraffic(StepRef step, long epoch) implements ProxyCommand {}

    /** Forgets what {@link ArmMigration} or {@link ArmRollback} prepared. */
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
