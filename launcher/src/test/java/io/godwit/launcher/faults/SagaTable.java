package io.godwit.launcher.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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
    private static final Pattern STEP = Pattern.compile(
            "(?m)^\\| ([A-Z_]++)(?! \\(if this is a dry run\\))([^|]*)\\| ([A-Z_]+) \\| [a-z_]+ \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern UNDOING = Pattern.compile("(?m)^\\| ([A-Z_]+) \\| (`\\w+`) \\| ([^|]+) \\|");
    private static final Pattern QUOTED = Pattern.compile("^`(\\w+)`");

    private SagaTable() {}

    public static List<SagaStep> steps() {
        String page;
        try {
            page = Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<SagaStep> steps = new ArrayList<>();
        steps.addAll(rows(STEP, section(page, MOVE), row -> step(Course.MOVE, row)));
        steps.addAll(rows(STEP, section(page, ROLLBACK), row -> step(Course.ROLLBACK, row)));
        steps.addAll(rows(UNDOING, section(page, UNDO), SagaTable::undo));
        return numbered(steps);
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
                Way.of(row.group(2)));
    }

    private static SagaStep undo(MatchResult row) {
        Way way =
                switch (row.group(1)) {
                    case "RESTORE_ROLES" -> Way.STANDBY;
                    case "CLOSE_PASSAGE" -> Way.BY_ITSELF;
                    default -> Way.ANY;
                };
        return new SagaStep(Course.UNDO, row.group(1), 0, "", quoted(row.group(2)), quoted(row.group(3)), way);
    }

    private static List<SagaStep> numbered(List<SagaStep> steps) {
        List<SagaStep> numbered = new ArrayList<>();
        for (SagaStep step : steps) {
            int number = (int) numbered.stream()
                    .filter(earlier -> earlier.course() == step.course())
                    .count();
            numbered.add(new SagaStep(
                    step.course(), step.name(), number, step.phase(), step.command(), step.answer(), step.way()));
        }
        return numbered;
    }

    private static @Nullable String quoted(String cell) {
        return QUOTED.matcher(cell)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse(null);
    }
}
