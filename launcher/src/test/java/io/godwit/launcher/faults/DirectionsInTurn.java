package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Spreads the directions over cells, so that each participant meets each fault in all of them as often. */
final class DirectionsInTurn {
    private final EngineId engine;
    private final Map<String, Integer> asked = new HashMap<>();

    private DirectionsInTurn(EngineId engine) {
        this.engine = engine;
    }

    /** @param cells that a move of the engine can meet */
    static Map<FaultCell, Direction> over(List<FaultCell> cells, EngineId engine) {
        DirectionsInTurn turns = new DirectionsInTurn(engine);
        Map<FaultCell, Direction> directions = new HashMap<>();
        // Those that leave no choice come first.
        cells.stream()
                .sorted(Comparator.comparingLong(cell -> turns.possible(cell).count()))
                .forEach(cell -> directions.put(cell, turns.next(cell)));
        return directions;
    }

    private Stream<Direction> possible(FaultCell cell) {
        return Stream.concat(Stream.of(Direction.of(cell)), Stream.of(Direction.values()))
                .distinct()
                .filter(direction -> cell.step().isMet(engine, direction));
    }

    /** The one that its participant and its fault have met least; of these that which its place decides. */
    private Direction next(FaultCell cell) {
        Direction direction = possible(cell)
                .min(Comparator.comparing(one -> asked.getOrDefault(key(cell, one), 0)))
                .orElseThrow();
        asked.merge(key(cell, direction), 1, Integer::sum);
        return direction;
    }

    private static String key(FaultCell cell, Direction direction) {
        return cell.participant() + " " + cell.fault() + " " + direction;
    }
}
