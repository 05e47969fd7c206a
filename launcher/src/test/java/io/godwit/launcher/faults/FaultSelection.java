package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which cells are asked, by the system property {@code godwit.faults}: {@code some} few, {@code all} that can be told apart,
 * {@code random} for those in random order, {@code every} cell there is, or names divided by commas, in which a star stands
 * for anything: {@code replication@*:kill,*@COMMIT/*:pause}. {@code godwit.faults.minutes} is for how long a new one is begun, {@code
 * godwit.faults.seed} decides the order and the directions. What a {@link FaultRecord} has is left out.
 *
 * <p>{@code godwit.faults.engine} is the engine. {@code godwit.faults.direction} is the direction of every move; without it a
 * name may end in one, {@code backup@COPY/received:kill=dedicated-shared}, and else the cell's place in the table decides.
 */
public final class FaultSelection {
    private static final String PROPERTY = "godwit.faults";
    private static final String MINUTES = PROPERTY + ".minutes";
    private static final String SEED = PROPERTY + ".seed";
    private static final String ENGINE = PROPERTY + ".engine";
    private static final String DIRECTION = PROPERTY + ".direction";
    private static final String OF_DIRECTION = "=";

    private FaultSelection() {}

    /** Those that the system properties choose; each is taken from the stream when it is to be asked. */
    public static Stream<FaultCase> cases() {
        Instant end = Instant.now()
                .plus(Duration.ofMinutes(
                        Long.getLong(MINUTES, Duration.ofDays(30).toMinutes())));
        Set<FaultCell> asked = FaultRecord.ofProperty().asked(engine());
        // Of a list, since some streams run ahead of who takes from them.
        return chosen(engine(), System.getProperty(PROPERTY, "some"))
                .filter(one -> !asked.contains(one.cell()))
                .toList()
                .stream()
                .takeWhile(_ -> Instant.now().isBefore(end));
    }

    /** The few that are asked of the engine in every build. */
    public static Stream<FaultCase> some(EngineId engine) {
        return select(engine, someOf(engine));
    }

    static String someOf(EngineId engine) {
        return switch (engine) {
            case POSTGRESQL ->
                "replication@HAND_OVER/received:cut=shared-dedicated,"
                        + "orchestrator@COMMIT/answered:kill=dedicated-shared,"
                        + "target@ROLLBACK_WINDOW/received:kill=dedicated-dedicated,"
                        + "provisioning@EXCHANGE/answering:kill=dedicated-dedicated,"
                        + "provisioning@UNDO_DISCARD_TARGET/received:kill=shared-dedicated";
            case REDIS ->
                "replication@HAND_OVER/answering:kill=shared-dedicated,"
                        + "source@COPY/answering:kill=dedicated-dedicated,"
                        + "proxy@ROLLBACK_HAND_OVER/answered:cut=dedicated-shared,"
                        + "replication@UNDO_STOP_REVERSE/received:kill=dedicated-shared";
        };
    }

    private static EngineId engine() {
        String name = System.getProperty(ENGINE, EngineId.POSTGRESQL.id());
        return EngineId.find(name)
                .orElseThrow(() -> new IllegalArgumentException("no engine is named '" + name + "'; expected one of "
                        + EngineId.allIds() + " in the system property " + ENGINE));
    }

    private static Stream<FaultCase> chosen(EngineId engine, String wanted) {
        return switch (wanted) {
            case "some" -> some(engine);
            case "all" -> telling(engine);
            case "every" -> select(engine, "*");
            case "random" ->
                shuffled(engine, Long.getLong(SEED, ThreadLocalRandom.current().nextLong(1L << 40)));
            default -> select(engine, wanted);
        };
    }

    /** Those that can be told apart. */
    static Stream<FaultCase> telling(EngineId engine) {
        List<FaultCell> cells = TellingCells.of(engine);
        Map<FaultCell, Direction> directions = DirectionsInTurn.over(cells, engine);
        return cells.stream().flatMap(cell -> ask(engine, cell, directions.get(cell), Direction::of));
    }

    private static Stream<FaultCase> shuffled(EngineId engine, long seed) {
        System.out.println("Faults in random order; seed " + seed);
        Random random = new Random(seed);
        List<FaultCell> cells = new ArrayList<>(TellingCells.of(engine));
        Collections.shuffle(cells, random);
        Direction[] directions = Direction.values();
        return cells.stream()
                .flatMap(cell -> ask(engine, cell, null, _ -> directions[random.nextInt(directions.length)]));
    }

    /** @throws IllegalArgumentException if a name means no cell, or no direction */
    static Stream<FaultCase> select(EngineId engine, String names) {
        List<FaultCell> all = FaultCell.all();
        return Stream.of(names.split(","))
                .flatMap(name -> {
                    String[] parts = name.strip().split(OF_DIRECTION, 2);
                    Direction wanted = parts.length == 1 ? null : Direction.named(parts[1]);
                    return matching(all, parts[0]).stream().flatMap(cell -> ask(engine, cell, wanted, Direction::of));
                })
                .distinct();
    }

    /** Nothing where no move of the engine in a direction that was asked for goes through the cell's step. */
    private static Stream<FaultCase> ask(
            EngineId engine, FaultCell cell, @Nullable Direction wanted, Function<FaultCell, Direction> otherwise) {
        String ofAll = System.getProperty(DIRECTION);
        Direction asked = ofAll == null ? wanted : Direction.named(ofAll);
        Stream<Direction> directions = asked == null
                ? Stream.concat(Stream.of(otherwise.apply(cell)), Stream.of(Direction.values()))
                : Stream.of(asked);
        return directions
                .filter(direction -> cell.step().isMet(engine, direction))
                .limit(1)
                .map(direction -> new FaultCase(engine, direction, cell));
    }

    private static List<FaultCell> matching(List<FaultCell> all, String name) {
        Pattern pattern = Pattern.compile("\\Q" + name.replace("*", "\\E.*\\Q") + "\\E");
        List<FaultCell> found = all.stream()
                .filter(cell -> pattern.matcher(cell.toString()).matches())
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no cell is named '" + name + "'; expected names such as '"
                    + all.getFirst() + "', 'some', 'all', 'random' or 'every' in the system property " + PROPERTY);
        }
        return found;
    }
}
