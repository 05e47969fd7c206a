package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How the migrations ended: for each fault a table with a line for each step and a column for each participant. */
public final class FaultReport {
    private static final String NOT_RUN = "·";

    private final EngineId engine;
    private final List<FaultCell> all = FaultCell.all();
    private final Map<FaultCase, Outcome> outcomes = new LinkedHashMap<>();

    public FaultReport(EngineId engine) {
        this.engine = engine;
    }

    /**
     * What came of a cell.
     *
     * @param word one, for the table
     * @param detail for the list below it
     */
    public record Outcome(String word, String detail) {}

    public void add(FaultCase asked, Outcome outcome) {
        outcomes.put(asked, outcome);
    }

    /** All the tables, the cells that were not run too, and a list of those that were. */
    public String markdown() {
        StringBuilder text = new StringBuilder("# Fault matrix of ")
                .append(engine.id())
                .append("\n\n")
                .append(outcomes.size())
                .append(" of ")
                .append(all.size())
                .append(" cells were run. Each shows how the migration ended when the fault met the participant as the")
                .append(" command was received, before the answer was sent, and after it had arrived; ")
                .append(NOT_RUN)
                .append(" was not run.\n");
        for (Fault fault : Fault.values()) {
            text.append("\n## ").append(lower(fault)).append("\n\n").append(table(fault));
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
                .map(this::word)
                .collect(Collectors.joining(" "));
    }

    /** Of a cell that was asked in several directions the words stand side by side. */
    private String word(FaultCell cell) {
        String words = outcomes.entrySet().stream()
                .filter(outcome -> outcome.getKey().cell().equals(cell))
                .map(outcome -> outcome.getValue().word())
                .collect(Collectors.joining("/"));
        return words.isEmpty() ? NOT_RUN : words;
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
