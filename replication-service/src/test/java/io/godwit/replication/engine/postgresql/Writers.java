package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The tenant's application: sessions that write until the server refuses them, and remember what was acknowledged. */
final class Writers {
    private static final Duration PACE = Duration.ofMillis(3);

    private final List<Thread> threads = new ArrayList<>();
    private final List<AtomicInteger> acknowledged = new ArrayList<>();
    private volatile boolean ending;
    private volatile String refusal = "none";

    /** @param first the number of the first writer; writers of one test need different numbers */
    Writers(PlacedDatabase database, int first, int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            int writer = first + i;
            AtomicInteger last = new AtomicInteger();
            acknowledged.add(last);
            Connection connection = PostgresServer.openOwner(database);
            threads.add(Thread.ofVirtual().start(() -> write(connection, writer, last)));
        }
    }

    private void write(Connection connection, int writer, AtomicInteger last) {
        try (connection;
                Statement statement = connection.createStatement()) {
            for (int n = 1; !ending; n++) {
                statement.execute("""
                        BEGIN;
                        INSERT INTO journal VALUES (%1$d, %2$d, 'written');
                        UPDATE counters SET value = value + 1 WHERE id = 1 + %2$d %% 10;
                        UPDATE "Sales Dept"."Order Lines" SET changed = changed + 1 WHERE "Order Id" = 1 + %2$d %% 2000;
                        INSERT INTO "Sales Dept"."Order Lines" VALUES (10000 * %1$d + %2$d, 'new', 1, nextval('invoice_numbers'), NULL);
                        INSERT INTO measurements VALUES (now() + %2$d * interval '1 ms', 100 + %1$d, %2$d);
                        DELETE FROM measurements WHERE sensor = 100 + %1$d AND value = %2$d - 50;
                        UPDATE codes SET meaning = 'm%2$d' WHERE code = 'c' || 1 + %2$d %% 50;
                        COMMIT
                        """.formatted(writer, n));
                last.set(n);
                LockSupport.parkNanos(PACE.toNanos());
            }
        } catch (SQLException e) {
            refusal = String.valueOf(e.getSQLState());
        }
    }

    /** Lets the writers end by themselves. */
    void end() throws InterruptedException {
        ending = true;
        awaitEnd();
    }

    void awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    boolean anyRuns() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** The SQLSTATE that ended a writer: {@code 57P01} where a fence did. */
    String refusal() {
        return refusal;
    }

    /** The number of the last acknowledged write of each writer. */
    List<Integer> acknowledged() {
        return acknowledged.stream().map(AtomicInteger::get).toList();
    }
}
