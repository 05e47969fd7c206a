package io.godwit.launcher.faults;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How the migrations ended: a line for each participant, a column for each step. */
public final class FaultReport {
    private final Map<FaultCell, String> outcomes = new LinkedHashMap<>();

    public void add(FaultCell cell, String outcome) {
        outcomes.put(cell, outcome);
    }

    /** A Markdown table for each moment and fault that was asked about. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        for (Fault fault : Fault.values()) {
            for (Moment moment : Moment.values()) {
                List<FaultCell> asked = outcomes.keySet().stream()
                        .filter(cell -> cell.fault() == fault && cell.moment() == moment)
                        .toList();
                if (!asked.isEmpty()) {
                    text.append("\n**")
                            .append(fault.name().toLowerCase(Locale.ROOT))
                            .append(" when the step is ");
                    text.append(moment.name().toLowerCase(Locale.ROOT))
                            .append("**\n\n")
                            .append(table(asked));
                }
            }
        }
        return text.toString();
    }

    private String table(List<FaultCell> asked) {
        List<SagaStep> steps = asked.stream().map(FaultCell::step).distinct().toList();
        StringBuilder text = new StringBuilder(
                line("", steps.stream().map(SagaStep::toString).toList()));
        text.append(line("---", steps.stream().map(_ -> "---").toList()));
        for (Participant participant :
                asked.stream().map(FaultCell::participant).distinct().sorted().toList()) {
            text.append(line(
                    participant.processName(),
                    steps.stream()
                            .map(step -> outcome(asked, participant, step))
                            .toList()));
        }
        return text.toString();
    }

    private String outcome(List<FaultCell> asked, Participant participant, SagaStep step) {
        return asked.stream()
                .filter(cell -> cell.participant() == participant && cell.step().equals(step))
                .map(outcomes::get)
                .collect(Collectors.joining());
    }

    private static String line(String head, List<String> cells) {
        return "| " + head + " | " + String.join(" | ", cells) + " |\n";
    }
}
