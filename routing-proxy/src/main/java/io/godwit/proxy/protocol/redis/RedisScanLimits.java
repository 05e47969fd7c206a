package io.godwit.proxy.protocol.redis;

/**
 * What a client may send.
 *
 * @param collected bytes of one command whose arguments are read
 * @param word what Redis puts before the name of the limit in its errors
 */
record RedisScanLimits(int arguments, long bulkBytes, int collected, String word) {
    /** Redis' own limits for a client that has not logged in. */
    static final RedisScanLimits BEFORE_LOGIN = new RedisScanLimits(10, 16_384, 10 * 16_384, "unauthenticated");

    /** Redis' own limits; what passes is not collected, so they cost nothing. */
    static final RedisScanLimits IN_SESSION =
            new RedisScanLimits(Integer.MAX_VALUE, 512L * 1024 * 1024, 1024 * 1024, "invalid");
}
