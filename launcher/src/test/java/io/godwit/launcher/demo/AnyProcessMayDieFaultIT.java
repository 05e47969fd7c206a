package io.godwit.launcher.demo;

import io.godwit.launcher.faults.FaultCase;
import io.godwit.launcher.faults.FaultSelection;
import java.util.stream.Stream;

/** A few cells in every build, of PostgreSQL; as many as are wanted, of any engine, where system properties say so. */
class AnyProcessMayDieFaultIT extends AnyProcessMayDieContract {
    AnyProcessMayDieFaultIT(E2ePlatforms platforms) {
        super(platforms);
    }

    @Override
    Stream<FaultCase> cases() {
        return FaultSelection.cases();
    }
}
