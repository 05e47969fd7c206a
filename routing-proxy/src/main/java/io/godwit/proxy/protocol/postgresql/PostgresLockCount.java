package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often a session has taken each of its advisory locks. While it counts, its transaction has the locks too,
 * so that nobody else gets them in between.
 */
final class PostgresLockCount extends PostgresInquiry {
    /** A lock that is lost half-way can't be given back. */
    private static final String NO_TIMEOUTS = "SELECT pg_catalog.set_config('statement_timeout', '0', true),"
            + " pg_catalog.set_config('lock_timeout', '0', true)";

    private final List<PostgresAdvisoryLock> locks;
    private final List<PostgresAdvisoryLock> counted = new ArrayList<>();
    private final Listener listener;
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
        this.listener = listener;
    }

    void start() {
        ask(Stream.of(
                        Stream.of(NO_TIMEOUTS),
                        locks.stream().map(PostgresAdvisoryLock::takeForTransactionSql),
                        locks.stream().map(PostgresAdvisoryLock::countSql))
                .flatMap(sql -> sql)
                .map(sql -> sql.getBytes(StandardCharsets.US_ASCII))
                .toList());
    }

    @Override
    void onRow(List<PostgresText> columns) {
        if (done > locks.size()) {
            PostgresAdvisoryLock lock = locks.get(counted.size());
            counted.add(lock.taken(Integer.parseInt(columns.getFirst().asAscii())));
        }
    }

    @Override
    void onStatementDone() {
        done++;
    }

    @Override
    void onEnd(@Nullable PostgresError failure) {
        if (failure == null) {
            listener.onCounted(List.copyOf(counted));
        } else if (done <= locks.size()) {
            listener.onNotCounted(failure);
        } else {
            listener.onLocksLost(failure);
        }
    }
}
