package io.godwit.provisioning.target;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ProvisioningCommand;

/** An accepted command that takes longer than a transaction may. */
record Work(long id, ProvisioningCommand command) {
    DatabaseId databaseId() {
        return command.step().databaseId();
    }

    /** Whether applications are held until it is done. */
    boolean isAwaitedByApplications() {
        return command instanceof ProvisioningCommand.ExchangeRoles
                || command instanceof ProvisioningCommand.RestoreRoles;
    }

    String name() {
        return command.getClass().getSimpleName();
    }
}
