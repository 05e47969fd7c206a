package io.godwit.launcher.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The saga as {@code docs/migration-saga.md} shows it, which is compared with the code elsewhere; without the move by
 * backup and restore, which a database that can be replicated never takes, and without what only a dry run asks.
 */
public final class SagaTable {
    private static final Path PAGE = Path.of("..", "docs", "migration-saga.md");
    private static final String MOVE = "## The move\n";
    private static final String ROLLBACK = "## The rollback, ";
    private static final String UNDO = "## Undo\n";
    private static final String NEXT = "\n## ";
    private static final Pattern STEP =
            Pattern.compile("(?m)^\\| ([A-Z_]++)(?! \\(if this is a dry run\\))([^|]*)\\| ([A-Z_]+) \\| [a-z_]+"
                    + " \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern UNDOING =
            Pattern.compile("(?m)^\\| ([A-Z_]+) \\| (`\\w+`) \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern QUOTED = Pattern.compile("^`(\\w+)`");

    private SagaTable() {}

    public static List<SagaStep> steps() {
        String page;
        try {
            page = Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String move = section(page, MOVE);
        String rollback = section(page, ROLLBACK);
        List<SagaStep> steps = new ArrayList<>();
        steps.addAll(numbered(rows(STEP, move, row -> step(Course.MOVE, row))));
        steps.addAll(numbered(rows(STEP, rollback, row -> step(Course.ROLLBACK, row))));
        steps.addAll(numbered(rows(UNDOING, section(page, UNDO), SagaTable::undo).stream()
                .filter(undo -> isRecorded(undo, move) || isRecorded(undo, rollback))
                .toList()));
        return steps;
    }

    /** @throws IllegalArgumentException if no step of the move has that name */
    public static SagaStep step(String name) {
        return steps().stream()
                .filter(step -> step.course() == Course.MOVE && step.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(PAGE + " has no step " + name + " of the move"));
    }

    /** Whether a step of that table records the undo; that of the move by backup and restore is met nowhere else. */
    private static boolean isRecorded(SagaStep undo, String table) {
        return STEP.matcher(table)
                .results()
                .flatMap(row -> Stream.of(row.group(7).split(", ")))
                .anyMatch(undo.name()::equals);
    }

    private static String section(String page, String heading) {
        int start = page.indexOf(heading);
        if (start < 0) {
            throw new IllegalStateException(PAGE + " has no section '" + heading.strip() + "'");
        }
        int end = page.indexOf(NEXT, start);
        return page.substring(start, end);
    }

    private static List<SagaStep> rows(Pattern pattern, String part, Function<MatchResult, SagaStep> reading) {
        return pattern.matcher(part).results().map(reading).toList();
    }

    private static SagaStep step(Course course, MatchResult row) {
        return new SagaStep(
                course,
                row.group(1),
                0,
                row.group(3),
                quoted(row.group(4)),
                quoted(row.group(5)),
                row.group(6) + "; " + row.group(8),
                false,
                Way.of(row.group(2)));
    }

    private static SagaStep undo(MatchResult row) {
        Way way =
                switch (row.group(1)) {
                    case "RESTORE_ROLES" -> Way.STANDBY;
                    case "CLOSE_PASSAGE" -> Way.BY_ITSELF;
                    default -> Way.ANY;
                };
        return new SagaStep(
                Course.UNDO, row.group(1), 0, "", quoted(row.group(2)), quoted(row.group(3)), row.group(4), false, way);
    }

    /** @param steps of one table */
    private static List<SagaStep> numbered(List<SagaStep> steps) {
        // Undos begin while clients are held.
        int held = Math.max(0, first(steps, step -> "HoldTraffic".equals(step.command())));
        int released = first(steps, step -> "TrafficReleased".equals(step.answer()));
        return IntStream.range(0, steps.size())
                .mapToObj(number -> {
                    SagaStep step = steps.get(number);
                    return new SagaStep(
                            step.course(),
                            step.name(),
                            number,
                            step.phase(),
                            step.command(),
                            step.answer(),
                            step.patience(),
                            number >= held && number <= released,
                            step.way());
                })
                .toList();
    }

    /** @return -1 if there is none */
    private static int first(List<SagaStep> steps, Predicate<SagaStep> wanted) {
        return IntStream.range(0, steps.size())
                .filter(number -> wanted.test(steps.get(number)))
                .findFirst()
                .orElse(-1);
    }

    private static @Nullable String quoted(String cell) {
        return QUOTED.matcher(cell)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse(null);
    }
}
