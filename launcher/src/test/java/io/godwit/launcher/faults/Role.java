package io.godwit.launcher.faults;

import static io.godwit.launcher.faults.Fault.CUT;
import static io.godwit.launcher.faults.Fault.KILL;
import static io.godwit.launcher.faults.Fault.PAUSE;
import static io.godwit.launcher.faults.Fault.RESTART;
import static io.godwit.launcher.faults.Moment.ANSWERED;
import static io.godwit.launcher.faults.Moment.ANSWERING;
import static io.godwit.launcher.faults.Moment.RECEIVED;

import java.util.List;

/**
 * What a participant has to do with a step, and so which of its faults can be told apart there: at which moment, and from
 * which other steps. A killed process loses the most, a stopped one keeps the most and believes what is no longer so:
 * these two are asked most often. One that ends in order does so between two deeds, as if it was killed there.
 */
@SuppressWarnings("ImmutableEnumChecker") // lists of records of enums
enum Role {
    /**
     * Killed before it answers, it has to find its deed again, which is another one in each step; killed with a command
     * that it has not looked at, it begins anew as it does with any. Stopped, it does the deed late; cut off, it has done
     * what nobody hears of. Asked to end, it ends in the midst of the deed.
     */
    DOES_IT(
            "does the step: each has a deed of its own",
            List.of(
                    new Asking(KILL, ANSWERING, Likeness.STEP),
                    new Asking(KILL, RECEIVED, Likeness.COURSE),
                    new Asking(RESTART, RECEIVED, Likeness.PHASE),
                    new Asking(PAUSE, RECEIVED, Likeness.STAGE),
                    new Asking(CUT, ANSWERING, Likeness.STAGE))),
    /** The orchestrator has recorded all that it waits for, so it is struck with an answer in its hands. */
    DECIDES(
            "decides: the same way in all steps of a phase, but that clients wait in some",
            List.of(
                    new Asking(KILL, ANSWERED, Likeness.STAGE),
                    new Asking(RESTART, ANSWERED, Likeness.PHASE),
                    new Asking(PAUSE, ANSWERED, Likeness.STAGE),
                    new Asking(CUT, ANSWERED, Likeness.PHASE))),
    /**
     * What carries or records the messages does so with all alike, and knows of no course: what its fault does is delay,
     * and what a delay does stands in the step's row. An end takes what is on its way; an absence meets the deed.
     */
    CARRIES(
            "carries and records the messages: a delay differs by how long the step waits, and what it does then",
            List.of(
                    new Asking(KILL, ANSWERING, Likeness.PATIENCE),
                    new Asking(RESTART, ANSWERING, Likeness.COURSE),
                    new Asking(PAUSE, RECEIVED, Likeness.PATIENCE),
                    new Asking(CUT, RECEIVED, Likeness.COURSE))),
    /**
     * A proxy at whose gate clients wait while others do the step. A new one knows of no hold; one that was stopped or cut
     * off does not hear how it ended, and clients stay connected to it.
     */
    HOLDS(
            "holds the clients: it does not know what the others have come to",
            List.of(
                    new Asking(KILL, ANSWERING, Likeness.STAGE),
                    new Asking(RESTART, ANSWERING, Likeness.PHASE),
                    new Asking(PAUSE, ANSWERING, Likeness.STAGE),
                    new Asking(CUT, ANSWERING, Likeness.STAGE))),
    /** A store that the step works on: killed, it must still have what was done; else the deed finds it away. */
    IS_WORKED_ON(
            "is worked on by the step",
            List.of(
                    new Asking(KILL, ANSWERING, Likeness.STAGE),
                    new Asking(RESTART, RECEIVED, Likeness.PHASE),
                    new Asking(PAUSE, RECEIVED, Likeness.STAGE),
                    new Asking(CUT, RECEIVED, Likeness.PHASE))),
    /** Nothing in the step asks for it, so that nobody misses it; but it takes with it what it keeps for later steps. */
    LOOKS_ON("has no part in the step", List.of(new Asking(KILL, RECEIVED, Likeness.COURSE)));

    private final String reason;
    private final List<Asking> askings;

    Role(String reason, List<Asking> askings) {
        this.reason = reason;
        this.askings = askings;
    }

    /**
     * A fault that is asked of a role.
     *
     * @param moment if the step has it, else that in which it begins
     * @param likeness of each group of steps that are alike one is asked
     */
    record Asking(Fault fault, Moment moment, Likeness likeness) {}

    static Role of(Participant participant, SagaStep step) {
        if (step.doer().filter(doer -> doer == participant).isPresent()) {
            return DOES_IT;
        }
        return switch (participant) {
            case ORCHESTRATOR -> DECIDES;
            case KAFKA, SERVICES_DATABASE -> CARRIES;
            case PROXY -> step.isHeld() ? HOLDS : LOOKS_ON;
            case REPLICATION, PROVISIONING, BACKUP -> LOOKS_ON;
            case S3, SOURCE, TARGET -> StepMessage.storesOf(step).contains(participant) ? IS_WORKED_ON : LOOKS_ON;
        };
    }

    /** Why its faults are told apart as they are, for people. */
    String reason() {
        return reason;
    }

    List<Asking> askings() {
        return askings;
    }
}
