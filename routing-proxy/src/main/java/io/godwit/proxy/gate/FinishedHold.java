package io.godwit.proxy.gate;

import io.godwit.events.ProxyEvent;
import io.godwit.proxy.gate.GateState.Hold;

/**
 * How the last hold ended, for commands that are repeated after it.
 *
 * @param statistics zero until everything that waited runs
 */
record FinishedHold(Hold hold, ProxyEvent answer, HoldStatistics statistics) {
    FinishedHold with(HoldStatistics counted) {
        return new FinishedHold(hold, answer, counted);
    }
}
