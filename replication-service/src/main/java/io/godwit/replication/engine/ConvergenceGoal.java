package io.godwit.replication.engine;

import java.time.Duration;

/**
 * When a target counts as caught up.
 *
 * @param samples how many measurements in a row must be under {@code maxDelay}
 */
public record ConvergenceGoal(Duration maxDelay, int samples) {}
