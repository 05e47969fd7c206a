package io.godwit.launcher.demo.engine.redis;

/**
 * What a subscriber listens to.
 *
 * @param channel the name of the channel, or a pattern for names
 * @param pattern whether it is a pattern, for {@code PSUBSCRIBE}
 */
record Subscription(String channel, boolean pattern) {}
