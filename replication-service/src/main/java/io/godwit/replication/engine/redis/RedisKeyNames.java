package io.godwit.replication.engine.redis;

/** Names keys, which may be any bytes, for people. */
final class RedisKeyNames {
    private static final int SHOWN_MAX = 100;

    private RedisKeyNames() {}

    static String describe(int database, byte[] key) {
        StringBuilder text = new StringBuilder("key '");
        for (int i = 0; i < Math.min(key.length, SHOWN_MAX); i++) {
            int value = key[i] & 0xFF;
            if (value >= ' ' && value < 0x7F && value != '\\') {
                text.append((char) value);
            } else {
                text.append(String.format("\\x%02x", value));
            }
        }
        return text.append(key.length > SHOWN_MAX ? "…" : "")
                .append("' in logical database ")
                .append(database)
                .toString();
    }
}
