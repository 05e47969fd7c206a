package io.godwit.launcher.demo.engine.redis;

import java.time.Duration;

/** How long the clients' connections wait. */
final class RedisTimeouts {
    static final Duration CONNECT = Duration.ofSeconds(10);
    /** Longer than any pause; without it a client would wait forever where the platform dies. */
    static final Duration REPLY = Duration.ofMinutes(5);

    private RedisTimeouts() {}
}
