package io.godwit.launcher.demo.engine.redis;

/**
 * What a connection says about itself when it is opened, and expects to find as long as it lives.
 *
 * @param name for {@code CLIENT SETNAME}
 * @param database for {@code SELECT}
 * @param resp3 whether the connection speaks RESP3, by {@code HELLO 3}; otherwise RESP2
 */
record RedisLogin(String name, int database, boolean resp3) {
    /** @param info the reply of {@code CLIENT INFO} */
    boolean isKeptIn(String info) {
        String padded = " " + info.strip() + " ";
        return padded.contains(" name=" + name + " ")
                && padded.contains(" db=" + database + " ")
                && padded.contains(" resp=" + (resp3 ? 3 : 2) + " ");
    }
}
