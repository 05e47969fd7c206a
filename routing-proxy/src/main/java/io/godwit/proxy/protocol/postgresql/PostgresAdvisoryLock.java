package io.godwit.proxy.protocol.postgresql;

/**
 * A session's advisory lock, as {@code pg_locks} shows it.
 *
 * @param bigint whether the key is one 64-bit number instead of two 32-bit numbers
 * @param times how often the session has taken it and must let go of it again
 */
record PostgresAdvisoryLock(int high, int low, boolean bigint, boolean shared, int times) {

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

    /** Takes it until the end of the transaction. */
    String takeForTransactionSql() {
        return "SELECT " + call("pg_advisory_xact_lock");
    }

    /** Takes it for the session as often as it had been taken. */
    String takeSql() {
        return "SELECT " + call("pg_advisory_lock") + " FROM pg_catalog.generate_series(1, " + times + ")";
    }

    /**
     * Counts how often the session has taken it, which no view tells, by letting go of it and taking it again. Something
     * else must hold it meanwhile.
     */
    String countSql() {
        return """
                WITH RECURSIVE released(n) AS (
                    SELECT 0 UNION ALL SELECT n + 1 FROM released WHERE %s),
                held AS MATERIALIZED (SELECT pg_catalog.max(n) AS n FROM released)
                SELECT held.n,
                       (SELECT pg_catalog.count(taken)
                          FROM (SELECT %s AS taken FROM pg_catalog.generate_series(1, held.n)) AS again)
                  FROM held""".formatted(call("pg_advisory_unlock"), call("pg_advisory_lock"));
    }

    private String call(String function) {
        String key = bigint
                ? "bigint '" + ((long) high << 32 | (low & 0xffff_ffffL)) + "'"
                : "int '" + high + "', int '" + low + "'";
        return "pg_catalog." + function + (shared ? "_shared(" : "(") + key + ")";
    }
}
