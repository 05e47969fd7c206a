package io.godwit.launcher.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The saga as {@code docs/migration-saga.md} shows it, which is compared with the code elsewhere. */
public final class SagaTable {
    private static final Path PAGE = Path.of("..", "docs", "migration-saga.md");
    private static final String ROLLBACK = "## The rollback";
    private static final String UNDO = "## Undo";
    private static final Pattern ROW =
            Pattern.compile("\\| ([A-Z_]+)[^|]*\\| ([A-Z_]+) \\| [a-z_]+ \\| ([^|]+) \\| ([^|]+) \\|.*");
    private static final Pattern QUOTED = Pattern.compile("`(\\w+)`.*");

    private SagaTable() {}

    public static List<SagaStep> steps() {
        try {
            String page = Files.readString(PAGE);
            List<SagaStep> steps = new ArrayList<>(rows(false, page.substring(0, page.indexOf(ROLLBACK))));
            steps.addAll(rows(true, page.substring(page.indexOf(ROLLBACK), page.indexOf(UNDO))));
            return steps;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<SagaStep> rows(boolean rollback, String part) {
        List<SagaStep> rows = new ArrayList<>();
        String before = null;
        for (String line : part.lines().toList()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String answer = quoted(row.group(4));
                rows.add(new SagaStep(
                        rollback, row.group(1), rows.size(), row.group(2), quoted(row.group(3)), answer, before));
                before = answer;
            }
        }
        return rows;
    }

    private static @Nullable String quoted(String cell) {
        return Optional.of(QUOTED.matcher(cell))
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .orElse(null);
    }
}
