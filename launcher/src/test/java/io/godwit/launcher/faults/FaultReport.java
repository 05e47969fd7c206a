package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How the migrations ended: for each fault a table with a line for each step and a column for each participant. */
public final class FaultReport {
    private static final String NOT_RUN = "·";
    private static final String NOT_TELLING = "–";

    private final EngineId engine;
    private final List<FaultCell> all;
    private final Set<FaultCell> telling;
    private final Map<FaultCase, Outcome> outcomes = new LinkedHashMap<>();

    public FaultReport(EngineId engine) {
        this.engine = engine;
        this.all = FaultCell.allOf(engine);
        this.telling = Set.copyOf(TellingCells.of(engine));
    }

    /**
     * What came of a cell.
     *
     * @param word one, for the table
     * @param detail for the list below it
     */
    public record Outcome(String word, String detail) {
        private static final String BROKEN = "**BROKEN**";

        /** Of a cell in which something was lost, or left, or noticed. */
        public static Outcome broken(String detail) {
            return new Outcome(BROKEN, detail);
        }

        boolean isBroken() {
            return word.equals(BROKEN);
        }
    }

    public void add(FaultCase asked, Outcome outcome) {
        outcomes.put(asked, outcome);
    }

    /** All the tables, the cells that were not run too, and a list of those that were. */
    public String markdown() {
        StringBuilder text =
                new StringBuilder("# Fault matrix of ").append(engine.id()).append("\n\n");
        text.append("""
                %d cells were run; of %d that there are, %d can be told apart, and %d of these were run. Each shows how the \
                migration ended when the fault met the participant as the command was received, before the answer was \
                sent, or after it had arrived. %s is a cell that was not run, %s one that asks what another one does:

                """.formatted(outcomes.size(), all.size(), telling.size(), run(), NOT_RUN, NOT_TELLING));
        text.append("| the participant | is asked |\n| --- | --- |\n");
        for (Role role : Role.values()) {
            text.append("| ")
                    .append(role.reason())
                    .append(" | ")
                    .append(askings(role))
                    .append(" |\n");
        }
        for (Fault fault : Fault.values()) {
            text.append("\n## ")
                    .append(lower(fault))
                    .append(", ")
                    .append(telling.stream()
                            .filter(cell -> cell.fault() == fault)
                            .count())
                    .append(" cells\n\n")
                    .append(table(fault));
        }
        text.append("\n## Cells that were run\n\n| engine | direction | cell | outcome |\n| --- | --- | --- | --- |\n");
        outcomes.forEach((asked, outcome) -> text.append("| ")
                .append(asked.engine().id())
                .append(" | ")
                .append(asked.direction())
                .append(" | ")
                .append(asked.cell())
                .append(" | ")
                .append(outcome.detail().replaceAll("\\s+", " ").replace("|", "\\|"))
                .append(" |\n"));
        return text.toString();
    }

    private long run() {
        return outcomes.keySet().stream()
                .map(FaultCase::cell)
                .distinct()
                .filter(telling::contains)
                .count();
    }

    private static String askings(Role role) {
        return role.askings().stream()
                .map(asking -> lower(asking.fault()) + " (" + lower(asking.moment()) + ") "
                        + asking.likeness().reason())
                .collect(Collectors.joining("; "));
    }

    private String table(Fault fault) {
        StringBuilder text = new StringBuilder(line("step", FaultReport::lower)).append(line("---", _ -> "---"));
        all.stream()
                .map(FaultCell::step)
                .distinct()
                .forEach(step -> text.append(line(step.toString(), participant -> words(participant, step, fault))));
        return text.toString();
    }

    private String words(Participant participant, SagaStep step, Fault fault) {
        return all.stream()
                .filter(cell -> cell.participant() == participant && cell.step().equals(step) && cell.fault() == fault)
                .flatMap(cell -> word(cell).stream())
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(" "), words -> words.isEmpty() ? NOT_TELLING : words));
    }

    /** Of a cell that was asked in several directions the words stand side by side. */
    private Optional<String> word(FaultCell cell) {
        String words = outcomes.entrySet().stream()
                .filter(outcome -> outcome.getKey().cell().equals(cell))
                .map(outcome -> outcome.getValue().word())
                .collect(Collectors.joining("/"));
        if (!words.isEmpty()) {
            return Optional.of(words);
        }
        return telling.contains(cell) ? Optional.of(NOT_RUN) : Optional.empty();
    }

    private static String line(String head, Function<Participant, String> cell) {
        return Arrays.stream(Participant.values())
                .map(cell)
                .collect(Collectors.joining(" | ", "| " + head + " | ", " |\n"));
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
