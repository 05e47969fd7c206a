package io.godwit.proxy.protocol.redis;

/**
 * Where a session stands with its server.
 *
 * <pre>
 *   logged in ─► Detached ──gate open──► Attaching ──given its state──► Attached ◄─┐
 *                  ▲  ▲                   │     ▲                         │   │     │ gate open
 *                  │  └────gate closed────┘     │ gate open               │   │     │ to the same
 *                  │                            │ to another   gate closed│   │     │ server
 *                  │                            │              and idle,  │   │     │
 *                  │                            └─── Listening ◄─subscribed   │     │
 *                  │                                    └─────────────────────┼─────┘
 *                  └────────────────────gate closed and idle──────────────────┘
 *   from each, when the client goes, is cut or is refused: Closed
 * </pre>
 */
sealed interface RedisSessionState {
    /** Whether the session has, or is making, a connection on which it may run something. */
    boolean onServer();

    /** No connection; what the client sends waits. */
    record Detached() implements RedisSessionState {
        @Override
        public boolean onServer() {
            return false;
        }
    }

    record Attaching(RedisAttachment attachment) implements RedisSessionState {
        @Override
        public boolean onServer() {
            return true;
        }
    }

    /** Commands pass. */
    record Attached(RedisBackend backend) implements RedisSessionState {
        @Override
        public boolean onServer() {
            return true;
        }
    }

    /**
     * What is published on the server still passes to the client, since others may not have left yet; what the client
     * sends waits.
     *
     * @param epoch of the route that led to this server; the session stays if the gate opens to it again
     */
    record Listening(RedisBackend backend, long epoch) implements RedisSessionState {
        @Override
        public boolean onServer() {
            return false;
        }
    }

    record Closed() implements RedisSessionState {
        @Override
        public boolean onServer() {
            return false;
        }
    }
}
