package io.godwit.orchestrator.saga;

import java.time.Duration;

/** How long a step waits for its answers, and what happens then. */
public sealed interface Deadline {

    /**
     * Asks again after each silence and gives up after some.
     *
     * @param silence without any answer or progress
     * @param times how often the command is sent before the step has failed
     * @param atMost how long the step may take however much progress it reports
     */
    record Ask(Duration silence, int times, Duration atMost) implements Deadline {}

    /** Asks again until it is done, for there is no other way; after {@code times} an operator is called. */
    record Insist(Duration every, int times) implements Deadline {}

    /** What is left of the pause budget; then the attempt is given up. */
    record Pause() implements Deadline {}

    /**
     * Clients are held all the while, for no longer than the migration's longest restore: their hold is renewed at this
     * pace. Asks again after each silence and gives up after some.
     *
     * @param silence how many renewals without any answer or progress make one
     * @param times how often the command is sent before the step has failed
     */
    record Keep(Duration renewal, int silence, int times) implements Deadline {}

    /**
     * Asks again until there is an answer, however long that takes: the outcome decides which server is the database's
     * home, and must never be assumed.
     */
    record UntilAnswered(Duration every) implements Deadline {}

    /** After {@code times} it goes on without those that are silent; leases and the fence cover them. */
    record Lapse(Duration every, int times) implements Deadline {}

    /** The rollback window. */
    record Window() implements Deadline {}
}
