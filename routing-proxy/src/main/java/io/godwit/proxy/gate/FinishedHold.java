package io.godwit.proxy.gate;

import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyEvent;
import io.godwit.events.StepRef;
import io.godwit.proxy.gate.GateState.Hold;

/**
 * How the last hold ended, for commands that are repeated after it.
 *
 * @param statistics zero until everything that waited runs
 */
record FinishedHold(HoldTraffic command, ProxyEvent answer, HoldStatistics statistics) {
    /** See {@link Hold#isOf}. */
    boolean isOf(StepRef later) {
        return new Hold(0, command).isOf(later);
    }

    boolean isOfMigration(StepRef step) {
        return command.step().migrationId().equals(step.migrationId());
    }

    FinishedHold with(HoldStatistics counted) {
        return new FinishedHold(command, answer, counted);
    }
}
