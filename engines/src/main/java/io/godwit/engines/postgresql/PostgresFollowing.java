package io.godwit.engines.postgresql;

/** Tells in SQL whether a server follows another one as its standby. */
public final class PostgresFollowing {
    /** Whether the server is a standby that gets its leader's log right now; one row with one boolean. */
    public static final String IS_STREAMING =
            "SELECT pg_is_in_recovery()" + " AND EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')";

    private PostgresFollowing() {}
}
