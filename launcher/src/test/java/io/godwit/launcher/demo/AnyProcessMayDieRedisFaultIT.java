package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;
import io.godwit.launcher.faults.FaultCase;
import io.godwit.launcher.faults.FaultSelection;
import java.util.stream.Stream;

/** A few cells of Redis in every build. */
class AnyProcessMayDieRedisFaultIT extends AnyProcessMayDieContract {
    AnyProcessMayDieRedisFaultIT(E2ePlatforms platforms) {
        super(platforms);
    }

    @Override
    Stream<FaultCase> cases() {
        return FaultSelection.some(EngineId.REDIS);
    }
}
