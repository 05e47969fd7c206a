package io.godwit.proxy.protocol.postgresql;

import java.util.Collections;

/**
 * A session's advisory lock, as {@code pg_locks} shows it.
 *
 * @param bigint whether the key is one 64-bit number instead of two 32-bit numbers
 * @param times how often the session has taken it and must let go of it again
 */
record PostgresAdvisoryLock(int high, int low, boolean bigint, boolean shared, int times) {
    /** So often it is said; a server plans that faster than a loop. */
    private static final int FEW = 10;

    /** @param classId and the others as {@code pg_locks} has them, {@code times} not being known there */
    static PostgresAdvisoryLock read(String classId, String objId, String objSubId, String mode) {
        return new PostgresAdvisoryLock(
                Integer.parseUnsignedInt(classId),
                Integer.parseUnsignedInt(objId),
                objSubId.equals("1"),
                mode.equals("ShareLock"),
                1);
    }

    PostgresAdvisoryLock taken(int counted) {
        return new PostgresAdvisoryLock(high, low, bigint, shared, counted);
    }

    /** What takes it until the end of the transaction. */
    String takeForTransaction() {
        return call("pg_advisory_xact_lock");
    }

    /** Takes it for the session as often as it had been taken. */
    String takeSql() {
        String call = call("pg_advisory_lock");
        return times <= FEW
                ? "SELECT " + String.join(", ", Collections.nCopies(times, call))
                : "SELECT " + call + " FROM pg_catalog.generate_series(1, " + times + ")";
    }

    /** The key, if it is one number. */
    long whole() {
        return (long) high << 32 | (low & 0xffff_ffffL);
    }

    private String call(String function) {
        String key = bigint ? "bigint '" + whole() + "'" : "int '" + high + "', int '" + low + "'";
        return "pg_catalog." + function + (shared ? "_shared(" : "(") + key + ")";
    }
}
