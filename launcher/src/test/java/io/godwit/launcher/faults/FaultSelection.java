package io.godwit.launcher.faults;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which cells are asked, by the system property {@code godwit.faults}: {@code some} of each kind, {@code all}, or names
 * divided by commas, in which a star stands for anything: {@code replication@*:kill,*@COMMIT/*:pause}.
 */
public final class FaultSelection {
    private static final String PROPERTY = "godwit.faults";
    static final String SOME = "replication@FENCE/done:kill,orchestrator@COMMIT/asked:kill,"
            + "provisioning@COMMIT/done:kill,proxy@HOLD/done:pause,kafka@FLUSH/asked:kill,"
            + "replication@ROLLBACK_REOPEN/asked:kill";

    private FaultSelection() {}

    public static Stream<FaultCell> cells() {
        String wanted = System.getProperty(PROPERTY, "some");
        return select(
                switch (wanted) {
                    case "some" -> SOME;
                    case "all" -> "*";
                    default -> wanted;
                });
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
                    + all.getFirst() + "', 'some' or 'all' in the system property " + PROPERTY);
        }
        return found;
    }
}
