package io.godwit.replication.engine.postgresql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of any database of a server that has written something: a slot begins only when all are over that ran
 * before. Of other tenants' no more is told than pid and age.
 *
 * @param pid 0 for a prepared transaction, which has no process any more
 * @param owner role, application and database, for people; null where they are another tenant's
 */
record PostgresOpenTransaction(
        int pid, Duration age, @Nullable String owner) {
    private static final int MOST = 20;

    private static final String COLUMNS = """
            SELECT a.pid, extract(epoch FROM clock_timestamp() - a.xact_start)::bigint AS seconds,
                   CASE WHEN a.datname = current_database()
                        THEN 'of role ' || coalesce(a.usename, a.backend_type)
                             || coalesce(' (' || nullif(a.application_name, '') || ')', '')
                             || ' in database ' || a.datname END AS owner
            FROM pg_stat_activity a
            WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid()""";

    private static final String PREPARED = """
             UNION ALL
            SELECT 0, extract(epoch FROM clock_timestamp() - prepared)::bigint,
                   CASE WHEN database = current_database()
                        THEN '''' || gid || ''' of role ' || owner || ' in database ' || database END
            FROM pg_prepared_xacts""";

    private static final String OLDEST_FIRST = " ORDER BY seconds DESC, pid LIMIT " + MOST;

    /** Those of the database that the session is in are a finding of their own where they are prepared. */
    static List<PostgresOpenTransaction> olderThan(PostgresSession session, Duration age) throws SQLException {
        String old = " AND a.xact_start < now() - make_interval(secs => ?)";
        String oldPrepared = " WHERE prepared < now() - make_interval(secs => ?) AND database <> current_database()";
        double seconds = age.toSeconds();
        return session.list(
                COLUMNS + old + PREPARED + oldPrepared + OLDEST_FIRST, PostgresOpenTransaction::read, seconds, seconds);
    }

    /**
     * Those that must end before another process goes on which waits for all that ran before; it waits for one after the
     * other. Empty if it does not wait.
     */
    static List<PostgresOpenTransaction> awaitedBy(PostgresSession session, int pid) throws SQLException {
        String waits = "cardinality(pg_blocking_pids(?)) > 0";
        String awaited = " AND (a.pid = ANY (pg_blocking_pids(?))"
                + " OR a.xact_start < (SELECT query_start FROM pg_stat_activity WHERE pid = ?))";
        return session.list(
                COLUMNS + " AND " + waits + awaited + PREPARED + " WHERE " + waits + OLDEST_FIRST,
                PostgresOpenTransaction::read,
                pid,
                pid,
                pid,
                pid);
    }

    private static PostgresOpenTransaction read(ResultSet row) throws SQLException {
        return new PostgresOpenTransaction(
                row.getInt("pid"), Duration.ofSeconds(row.getLong("seconds")), row.getString("owner"));
    }

    /** For example {@code process 4711}. */
    String name() {
        return pid == 0 ? "prepared transaction" : "process " + pid;
    }

    String describe() {
        return name() + " " + (owner == null ? "of another database" : owner) + ", open for " + words();
    }

    private String words() {
        long seconds = age.toSeconds();
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
