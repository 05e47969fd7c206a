package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import java.util.Arrays;

/** Which moves go through a step, by the condition that the saga's page names. */
enum Way {
    /** Those in which the target is a standby of the source's server. */
    STANDBY("(if the target is a standby of the source's server)"),
    /** All others. */
    BY_ITSELF("(if the target is no standby)"),
    TO_DEDICATED("(if the target is to be dedicated)"),
    ANY("");

    private final String condition;

    Way(String condition) {
        this.condition = condition;
    }

    /** @param cell that names the step */
    static Way of(String cell) {
        return Arrays.stream(values())
                .filter(way -> cell.contains(way.condition))
                .findFirst()
                .orElseThrow();
    }

    boolean isGone(EngineId engine, Direction direction) {
        boolean standby = engine == EngineId.POSTGRESQL && direction == Direction.DEDICATED_DEDICATED;
        return switch (this) {
            case STANDBY -> standby;
            case BY_ITSELF -> !standby;
            case TO_DEDICATED -> direction.to() == Tier.DEDICATED;
            case ANY -> true;
        };
    }
}
