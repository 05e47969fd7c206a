package io.godwit.replication.engine;

import java.time.Duration;

/**
 * How far a target is behind.
 *
 * @param bytes of the source's log that the target has not confirmed
 * @param delay from a change on the source until it is seen on the target
 */
public record Lag(long bytes, Duration delay) {}
