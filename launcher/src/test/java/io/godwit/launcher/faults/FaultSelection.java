package io.godwit.launcher.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which cells are asked, by the system property {@code godwit.faults}: {@code some} telling ones, {@code all}, {@code
 * random} for all in random order, or names divided by commas, in which a star stands for anything:
 * {@code replication@*:kill,*@COMMIT/*:pause}. {@code godwit.faults.minutes} is for how long a new one is begun, {@code
 * godwit.faults.seed} decides the order.
 */
public final class FaultSelection {
    private static final String PROPERTY = "godwit.faults";
    private static final String MINUTES = PROPERTY + ".minutes";
    private static final String SEED = PROPERTY + ".seed";

    static final String SOME = "replication@HAND_OVER/received:cut,orchestrator@COMMIT/answered:kill,"
            + "target@ROLLBACK_WINDOW/received:kill,provisioning@UNDO_DISCARD_TARGET/received:kill";

    private FaultSelection() {}

    /** Each is taken from the stream when it is to be asked. */
    public static Stream<FaultCell> cells() {
        Instant end = Instant.now()
                .plus(Duration.ofMinutes(
                        Long.getLong(MINUTES, Duration.ofDays(30).toMinutes())));
        return chosen(System.getProperty(PROPERTY, "some"))
                .takeWhile(_ -> Instant.now().isBefore(end));
    }

    private static Stream<FaultCell> chosen(String wanted) {
        return switch (wanted) {
            case "some" -> select(SOME);
            case "all" -> select("*");
            case "random" ->
                shuffled(Long.getLong(SEED, ThreadLocalRandom.current().nextLong(1L << 40)));
            default -> select(wanted);
        };
    }

    private static Stream<FaultCell> shuffled(long seed) {
        System.out.println("Faults in random order; seed " + seed);
        List<FaultCell> cells = new ArrayList<>(FaultCell.all());
        Collections.shuffle(cells, new Random(seed));
        return cells.stream();
    }

    /** @throws IllegalArgumentException if a name means no cell */
    static Stream<FaultCell> select(String names) {
        List<FaultCell> all = FaultCell.all();
        return Stream.of(names.split(","))
                .flatMap(name -> matching(all, name.strip()).stream())
                .distinct();
    }

    private static List<FaultCell> matching(List<FaultCell> all, String name) {
        Pattern pattern = Pattern.compile("\\Q" + name.replace("*", "\\E.*\\Q") + "\\E");
        List<FaultCell> found = all.stream()
                .filter(cell -> pattern.matcher(cell.toString()).matches())
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no cell is named '" + name + "'; expected names such as '"
                    + all.getFirst() + "', 'some', 'all' or 'random' in the system property " + PROPERTY);
        }
        return found;
    }
}
