package io.godwit.backup.engine.redis;

import java.io.IOException;

/** A server's answer that a command can't be done. */
final class RedisReplyException extends IOException {
    private static final int LONGEST = 300;

    RedisReplyException(String error) {
        super(error.substring(0, Math.min(error.length(), LONGEST)));
    }
}
