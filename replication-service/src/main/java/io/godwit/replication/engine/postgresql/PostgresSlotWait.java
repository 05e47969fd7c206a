package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the creation of a slot and tells every few seconds which transactions keep it from beginning, if any do. */
final class PostgresSlotWait implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSlotWait.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int NAMED = 3;

    private final PostgresSessions sessions;
    private final PlacedDatabase database;
    private final int pid;
    private final Consumer<String> told;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String last = "";

    private PostgresSlotWait(PostgresSessions sessions, PlacedDatabase database, int pid, Consumer<String> told) {
        this.sessions = sessions;
        this.database = database;
        this.pid = pid;
        this.told = told;
    }

    /**
     * Until it is closed.
     *
     * @param pid of the process that makes the slot
     * @param told what is waited for, for people, on a thread of its own
     */
    static PostgresSlotWait watch(PostgresSessions sessions, PlacedDatabase database, int pid, Consumer<String> told) {
        PostgresSlotWait wait = new PostgresSlotWait(sessions, database, pid, told);
        Thread.ofVirtual().name("slot-wait").start(wait::run);
        return wait;
    }

    /** What was waited for when that was last looked at; empty if nothing was. */
    String last() {
        return last;
    }

    private void run() {
        try {
            while (!ended.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        List<PostgresOpenTransaction> awaited;
        try {
            awaited = sessions.with(database, session -> PostgresOpenTransaction.awaitedBy(session, pid));
        } catch (SQLException e) {
            // The slot is made, or not, all the same.
            LOG.atDebug()
                    .setMessage("Could not see what a slot waits for")
                    .addKeyValue("server", database.server().serverId())
                    .setCause(e)
                    .log();
            return;
        }
        last = describe(awaited);
        if (!last.isEmpty() && ended.getCount() > 0) {
            told.accept("the change stream begins when transactions have ended that had written before: " + last);
        }
    }

    private static String describe(List<PostgresOpenTransaction> awaited) {
        String named = awaited.stream()
                .limit(NAMED)
                .map(PostgresOpenTransaction::describe)
                .collect(Collectors.joining("; "));
        return awaited.size() > NAMED ? named + "; and " + (awaited.size() - NAMED) + " more" : named;
    }

    @Override
    public void close() {
        // Not by an interrupt: whoever is told may be in the middle of a transaction.
        ended.countDown();
    }
}
