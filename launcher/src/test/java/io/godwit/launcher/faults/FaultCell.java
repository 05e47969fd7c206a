package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One question: does the migration end well if this happens to that participant at this point? */
public record FaultCell(Participant participant, SagaStep step, Moment moment, Fault fault) {
    private static final List<SagaStep> STEPS = SagaTable.steps();

    /** From here on the target is there. */
    private static final int TARGET_MADE = moveStep("COPY");

    private static final int TRAFFIC_LEAVES = moveStep("HAND_OVER");
    private static final int TRAFFIC_HAS_ARRIVED = moveStep("ROLLBACK_WINDOW");

    /** Every cell there is. */
    public static List<FaultCell> all() {
        return STEPS.stream()
                .flatMap(step -> Arrays.stream(Participant.values())
                        .filter(participant -> participant != Participant.TARGET || isTargetThere(step))
                        .flatMap(participant -> Arrays.stream(Moment.values())
                                .filter(moment -> step.point(moment).isPresent())
                                .flatMap(moment -> cells(participant, step, moment))))
                .toList();
    }

    /** Those that some move of the engine can meet. */
    static List<FaultCell> allOf(EngineId engine) {
        return all().stream()
                .filter(cell -> Arrays.stream(Direction.values())
                        .anyMatch(direction -> cell.step().isMet(engine, direction)))
                .toList();
    }

    private static Stream<FaultCell> cells(Participant participant, SagaStep step, Moment moment) {
        return Arrays.stream(Fault.values()).map(fault -> new FaultCell(participant, step, moment, fault));
    }

    private static boolean isTargetThere(SagaStep step) {
        return step.course() != Course.MOVE || step.number() >= TARGET_MADE;
    }

    /** @return the number of the cell's step among all of the saga, from 0 */
    static int stepNumber(FaultCell cell) {
        return STEPS.indexOf(cell.step());
    }

    public FaultPoint point() {
        return step.point(moment).orElseThrow();
    }

    /** A process that clients are connected to takes their connections with it; all else must not be noticed. */
    public boolean maySessionsBreak() {
        return switch (fault) {
            case PAUSE, CUT -> false;
            case KILL, RESTART ->
                switch (participant) {
                    case PROXY -> true;
                    case SOURCE -> step.course() != Course.MOVE || step.number() < TRAFFIC_HAS_ARRIVED;
                    case TARGET ->
                        switch (step.course()) {
                            case MOVE -> step.number() >= TRAFFIC_LEAVES;
                            case ROLLBACK -> true;
                            case UNDO -> step.isOfRollback();
                        };
                    case ORCHESTRATOR, REPLICATION, PROVISIONING, BACKUP, KAFKA, SERVICES_DATABASE, S3 -> false;
                };
        };
    }

    private static int moveStep(String name) {
        return STEPS.stream()
                .filter(step -> step.course() == Course.MOVE && step.name().equals(name))
                .findFirst()
                .orElseThrow()
                .number();
    }

    /** For example {@code replication@HAND_OVER/answering:kill}. */
    @Override
    public String toString() {
        return participant.processName() + "@" + step + "/" + moment.name().toLowerCase(Locale.ROOT) + ":"
                + fault.name().toLowerCase(Locale.ROOT);
    }
}
