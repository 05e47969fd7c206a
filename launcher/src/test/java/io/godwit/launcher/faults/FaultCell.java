package io.godwit.launcher.faults;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One question: does the migration end well if this happens to that process at this point? */
public record FaultCell(Participant participant, SagaStep step, Moment moment, Fault fault) {
    /** The first step after which the target can be hit: before it there is none. */
    private static final String TARGET_MADE = "COPY";

    /** Every cell there is. */
    public static List<FaultCell> all() {
        List<SagaStep> steps = SagaTable.steps();
        int made = steps.stream()
                .filter(step -> step.name().equals(TARGET_MADE))
                .findFirst()
                .orElseThrow()
                .number();
        return steps.stream()
                .flatMap(step -> Arrays.stream(Participant.values())
                        .filter(participant ->
                                participant != Participant.TARGET || step.rollback() || step.number() >= made)
                        .flatMap(participant -> Arrays.stream(Moment.values())
                                .filter(moment -> step.point(moment).isPresent())
                                .flatMap(moment -> cells(participant, step, moment))))
                .toList();
    }

    private static Stream<FaultCell> cells(Participant participant, SagaStep step, Moment moment) {
        return Arrays.stream(Fault.values()).map(fault -> new FaultCell(participant, step, moment, fault));
    }

    public FaultPoint point() {
        return step.point(moment).orElseThrow();
    }

    /** A process that clients are connected to takes their connections with it; all others must not be noticed. */
    public boolean maySessionsBreak() {
        if (fault == Fault.PAUSE) {
            return false;
        }
        return switch (participant) {
            case PROXY, SOURCE, TARGET -> true;
            case ORCHESTRATOR, REPLICATION, PROVISIONING, BACKUP, GATEWAY, KAFKA, SERVICES_DATABASE, S3 -> false;
        };
    }

    /** For example {@code replication@FENCE/done:kill}. */
    @Override
    public String toString() {
        return participant.processName() + "@" + step + "/" + moment.name().toLowerCase(Locale.ROOT) + ":"
                + fault.name().toLowerCase(Locale.ROOT);
    }
}
