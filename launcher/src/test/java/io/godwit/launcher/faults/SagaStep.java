package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the saga's page.
 *
 * @param course the table in which it stands
 * @param name without the course
 * @param number in its table, from 0
 * @param phase in which it is; empty for an undo
 * @param command the class of its command; null if it has none
 * @param answer the class of the event that completes it; null if time does or nothing
 * @param patience what the row says of silence: how long it is waited for, and where a new attempt begins
 * @param isHeld whether clients are held in it
 * @param way the moves that go through it
 */
public record SagaStep(
        Course course,
        String name,
        int number,
        String phase,
        @Nullable String command,
        @Nullable String answer,
        String patience,
        boolean isHeld,
        Way way) {
    private static final String ORCHESTRATOR = Participant.ORCHESTRATOR.processName();

    /** Whether a move of such a database in such a direction goes through it. */
    boolean isMet(EngineId engine, Direction direction) {
        return way.isGone(engine, direction);
    }

    /** @return the service that does it; empty if only time does */
    Optional<Participant> doer() {
        return StepMessage.doer(command, answer);
    }

    /** Whether it takes back what comes after the hand-over. */
    public boolean isOfExchange() {
        return course == Course.UNDO && way == Way.STANDBY;
    }

    /** Whether it comes after the rollback window of a move that stands. */
    public boolean isAfterWindow() {
        return course == Course.MOVE && phase.equals("CLEANUP");
    }

    /** Whether it is met on the way back. */
    public boolean isOfRollback() {
        return course == Course.ROLLBACK || (course == Course.UNDO && name.equals("CLOSE_PASSAGE"));
    }

    /** Where the moment is met; empty if the step has no such moment. */
    public Optional<FaultPoint> point(Moment moment) {
        return switch (moment) {
            case RECEIVED ->
                Optional.of(command == null ? beginning() : FaultPoint.received(FaultInterceptor.ANY_SERVICE, command));
            case ANSWERING ->
                Optional.ofNullable(answer).map(event -> FaultPoint.sending(FaultInterceptor.ANY_SERVICE, event));
            case ANSWERED -> Optional.ofNullable(answer).map(event -> FaultPoint.received(ORCHESTRATOR, event));
        };
    }

    private FaultPoint beginning() {
        return switch (name) {
            case "RELEASE" -> FaultPoint.received(Participant.PROXY.processName(), "Route");
            // What the world is told when the move stands.
            case "ROLLBACK_WINDOW" -> FaultPoint.sending(ORCHESTRATOR, "Switched");
            default -> throw new IllegalStateException("nothing tells that step " + this + " begins");
        };
    }

    @Override
    public String toString() {
        return course == Course.MOVE ? name : course + "_" + name;
    }
}
