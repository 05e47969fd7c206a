package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often a session has taken each of its advisory locks. While it counts, its transaction has the locks too,
 * so that nobody else gets them in between.
 */
final class PostgresLockCount extends PostgresInquiry {
    /** A lock that is lost half-way can't be given back. */
    private static final String NO_TIMEOUTS = "SELECT pg_catalog.set_config('statement_timeout', '0', true),"
            + " pg_catalog.set_config('lock_timeout', '0', true)";

    /** Statements after which locks are let go of. */
    private static final int BEFORE_COUNTING = 2;

    private final List<PostgresAdvisoryLock> locks;
    private final List<PostgresAdvisoryLock> counted;
    private final Listener listener;
    private @Nullable Runnable rehearsed;
    private int done;

    /** One of the three is called, once. */
    interface Listener {
        void onCounted(List<PostgresAdvisoryLock> locks);

        /** Nothing has changed. */
        void onNotCounted(PostgresError error);

        /** The session may have lost locks. */
        void onLocksLost(PostgresError error);
    }

    PostgresLockCount(
            PostgresBackend backend, List<PostgresAdvisoryLock> locks, Interruption interruption, Listener listener) {
        super(backend, interruption);
        this.locks = locks;
        this.counted = new ArrayList<>(locks);
        this.listener = listener;
    }

    /** Nothing is counted; but the server knows the question then. */
    void rehearse(Runnable then) {
        rehearsed = then;
        plan(PostgresKeptStatement.LOCKS, ascii(PostgresLockCountQuery.sql(locks)));
    }

    void start() {
        String take = locks.stream()
                .map(PostgresAdvisoryLock::takeForTransaction)
                .collect(Collectors.joining(", ", "SELECT ", ""));
        askKept(
                List.of(ascii(NO_TIMEOUTS), ascii(take)),
                PostgresKeptStatement.LOCKS,
                ascii(PostgresLockCountQuery.sql(locks)));
    }

    private static byte[] ascii(String sql) {
        return sql.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    void onAskedAnew() {
        done = 0;
    }

    @Override
    void onRow(List<PostgresText> columns) {
        if (done == BEFORE_COUNTING) {
            int place = number(columns.get(0));
            counted.set(place, locks.get(place).taken(number(columns.get(1))));
        }
    }

    private static int number(PostgresText column) {
        return Integer.parseInt(column.asAscii());
    }

    @Override
    void onStatementDone() {
        done++;
    }

    @Override
    void onEnd(@Nullable PostgresError failure) {
        Runnable afterwards = rehearsed;
        if (afterwards != null) {
            afterwards.run();
        } else if (failure == null) {
            listener.onCounted(List.copyOf(counted));
        } else if (done < BEFORE_COUNTING) {
            listener.onNotCounted(failure);
        } else {
            listener.onLocksLost(failure);
        }
    }
}
