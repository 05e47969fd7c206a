package io.godwit.launcher.faults;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the saga's table.
 *
 * @param rollback whether it is of the way back
 * @param name without the course
 * @param number in its table, from 0
 * @param phase in which it is
 * @param command the class of its command; null if it has none
 * @param answer the class of the event that completes it; null if time does
 * @param before the answer to the step before it; null in the first one
 */
public record SagaStep(
        boolean rollback,
        String name,
        int number,
        String phase,
        @Nullable String command,
        @Nullable String answer,
        @Nullable String before) {
    private static final String ORCHESTRATOR = Participant.ORCHESTRATOR.processName();

    /** Whether it comes after the rollback window of a move that stands. */
    public boolean isAfterWindow() {
        return !rollback && phase.equals("CLEANUP");
    }

    /** Where the moment is met; empty if the step has no such moment. */
    public Optional<FaultPoint> point(Moment moment) {
        return switch (moment) {
            case ASKED -> asked();
            case DONE -> Optional.ofNullable(answer).map(event -> FaultPoint.sending(FaultAgent.ANY_SERVICE, event));
        };
    }

    private Optional<FaultPoint> asked() {
        if (command != null) {
            return Optional.of(FaultPoint.sending(ORCHESTRATOR, command));
        }
        return Optional.ofNullable(before).map(event -> FaultPoint.received(ORCHESTRATOR, event));
    }

    @Override
    public String toString() {
        return rollback ? "ROLLBACK_" + name : name;
    }
}
