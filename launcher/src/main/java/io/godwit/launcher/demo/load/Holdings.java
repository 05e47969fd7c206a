package io.godwit.launcher.demo.load;

/**
 * What the database says a client owns.
 *
 * @param balance the sum of the amounts of its purchases
 * @param ticks how often its counter was raised
 */
public record Holdings(long balance, long ticks) {}
