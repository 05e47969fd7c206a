package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;

/** A cell asked of one engine, in a move of one direction. */
public record FaultCase(EngineId engine, Direction direction, FaultCell cell) {
    /** For example {@code redis dedicated-shared replication@HAND_OVER/answering:kill}. */
    @Override
    public String toString() {
        return engine.id() + " " + direction + " " + cell;
    }
}
