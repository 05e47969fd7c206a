package io.godwit.launcher.demo;

import io.godwit.launcher.faults.FaultCase;
import org.jspecify.annotations.Nullable;

/**
 * How a cell ended.
 *
 * @param failure null if all was well
 */
record FaultAnswer(FaultCase asked, @Nullable Throwable failure) {
    /** Throws the failure, if there is one. */
    void assertWell() throws Throwable {
        if (failure != null) {
            throw failure;
        }
    }
}
