package io.godwit.launcher.faults;

import io.godwit.engines.Tier;
import java.util.List;
import java.util.Locale;

/** From which kind of server to which a database moves. */
public enum Direction {
    SHARED_DEDICATED(Tier.SHARED, Tier.DEDICATED),
    DEDICATED_DEDICATED(Tier.DEDICATED, Tier.DEDICATED),
    DEDICATED_SHARED(Tier.DEDICATED, Tier.SHARED);

    private final Tier from;
    private final Tier to;

    Direction(Tier from, Tier to) {
        this.from = from;
        this.to = to;
    }

    /** The one that the cell's place in the table decides: each row and each column of a table has all of them. */
    static Direction of(FaultCell cell) {
        int place = FaultCell.stepNumber(cell)
                + List.of(Participant.values()).indexOf(cell.participant())
                + List.of(Moment.values()).indexOf(cell.moment())
                + List.of(Fault.values()).indexOf(cell.fault());
        return values()[place % values().length];
    }

    /** @throws IllegalArgumentException if no direction has the name */
    static Direction named(String name) {
        List<Direction> all = List.of(values());
        return all.stream()
                .filter(direction -> direction.toString().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no direction is named '" + name + "'; expected one of " + all));
    }

    public Tier from() {
        return from;
    }

    public Tier to() {
        return to;
    }

    /** For example {@code shared-dedicated}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
