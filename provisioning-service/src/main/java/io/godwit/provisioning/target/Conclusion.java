package io.godwit.provisioning.target;

import io.godwit.events.ProvisioningEvent;

/** The last part of a piece of work: the change of state and the answer, in one transaction. */
@FunctionalInterface
interface Conclusion {
    ProvisioningEvent conclude();
}
