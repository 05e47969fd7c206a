package io.godwit.proxy.protocol.postgresql;

/** What a client derives from a password for one salt and iteration count. Not the password, but as good as it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PostgresScramKeys(byte[] clientKey, byte[] storedKey, byte[] serverKey) {

    static PostgresScramKeys derive(String password, byte[] salt, int iterations) {
        byte[] salted = PostgresScramMath.saltedPassword(password, salt, iterations);
        byte[] clientKey = PostgresScramMath.hmac(salted, "Client Key");
        return new PostgresScramKeys(
                clientKey, PostgresScramMath.hash(clientKey), PostgresScramMath.hmac(salted, "Server Key"));
    }

    @Override
    public String toString() {
        return "PostgresScramKeys[…]";
    }
}
