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

/**
 * A tenant whose developers change the schema of his tables all the time while his application writes to them, until the
 * server refuses both.
 */
final class SchemaChanger {
    static final int TABLES = 20;

    private static final Duration PACE = Duration.ofMillis(250);
    private static final Duration WRITERS_PACE = Duration.ofMillis(10);
    private static final String REFUSED = "57P01";

    private final Connection connection;
    private final String reader;
    private final Thread developers;
    private final Thread application;
    private final AtomicInteger done = new AtomicInteger();
    private final List<String> surprises = new ArrayList<>();

    private SchemaChanger(Connection connection, Connection writing, String reader) {
        this.connection = connection;
        this.reader = reader;
        this.developers = Thread.ofVirtual().start(this::change);
        this.application = Thread.ofVirtual().start(() -> write(writing));
    }

    /** @param reader a role that rights are given to */
    static SchemaChanger start(PlacedDatabase database, String reader) throws SQLException {
        return new SchemaChanger(PostgresServer.openOwner(database), PostgresServer.openOwner(database), reader);
    }

    /** Makes the tables, each with some rows. */
    static void makeTables(PlacedDatabase database) throws SQLException {
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            for (int table = 1; table <= TABLES; table++) {
                statement.execute(
                        "CREATE TABLE public.t%1$d (id integer PRIMARY KEY, note text, value bigint DEFAULT 0)"
                                .formatted(table));
                statement.execute(
                        "INSERT INTO public.t" + table + " SELECT n, 'row ' || n FROM generate_series(1, 500) n");
            }
        }
    }

    /** How many statements have succeeded. */
    int done() {
        return done.get();
    }

    /** Returns when the server has refused both. */
    void awaitEnd() throws InterruptedException {
        developers.join();
        application.join();
    }

    /** What failed and should not have, or the other way round. */
    synchronized List<String> surprises() {
        return List.copyOf(surprises);
    }

    private void write(Connection writing) {
        try (writing;
                Statement statement = writing.createStatement()) {
            for (int n = 1; ; n++) {
                int table = 1 + n % TABLES;
                statement.execute("INSERT INTO t%1$d (id, note) VALUES (%2$d, 'written')".formatted(table, 1000 + n));
                statement.execute("UPDATE t%1$d SET value = value + 1 WHERE id %% 50 = 3".formatted(table));
                statement.execute("DELETE FROM t%1$d WHERE id = %2$d".formatted(table, 800 + n));
                LockSupport.parkNanos(WRITERS_PACE.toNanos());
            }
        } catch (SQLException e) {
            noteUnlessRefused(e);
        }
    }

    private void change() {
        try (connection) {
            for (int round = 1; ; round++) {
                for (String sql : round(round, 1 + round % TABLES)) {
                    change(sql);
                }
            }
        } catch (SQLException e) {
            noteUnlessRefused(e);
        }
    }

    private void noteUnlessRefused(SQLException e) {
        if (!REFUSED.equals(e.getSQLState())) {
            note(e.getSQLState() + " " + e.getMessage());
        }
    }

    private void change(String sql) throws SQLException {
        boolean shouldFail = sql.contains("broken");
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            done.incrementAndGet();
            if (shouldFail) {
                note(sql + " did not fail");
            }
        } catch (SQLException e) {
            if (!shouldFail || REFUSED.equals(e.getSQLState())) {
                throw e;
            }
        }
        LockSupport.parkNanos(PACE.toNanos());
    }

    private synchronized void note(String surprise) {
        surprises.add(surprise);
    }

    /** One of everything; the driver sends the statements of a string one by one. */
    private List<String> round(int r, int k) {
        return List.of(
                        "ALTER TABLE t%2$d ADD COLUMN extra%1$d integer NOT NULL DEFAULT 5",
                        "UPDATE t%2$d SET extra%1$d = id WHERE id < 300",
                        "BEGIN; CREATE TABLE made%1$d (id bigserial PRIMARY KEY, said text); INSERT INTO made%1$d (said)"
                                + " VALUES ('at once'); COMMIT",
                        "ALTER TABLE t%2$d RENAME COLUMN extra%1$d TO renamed%1$d",
                        "CREATE INDEX CONCURRENTLY by_renamed%1$d ON t%2$d (renamed%1$d)",
                        "ALTER TABLE t%2$d ALTER COLUMN renamed%1$d TYPE text USING 'n' || renamed%1$d::text",
                        "CREATE TABLE keyless%1$d (a integer, b text); INSERT INTO keyless%1$d VALUES (1, 'x'), (2, 'y');"
                                + " UPDATE keyless%1$d SET b = 'z' WHERE a = 1; DELETE FROM keyless%1$d WHERE a = 2",
                        "ALTER TABLE t%2$d ADD COLUMN broken integer DEFAULT 1 / 0",
                        "BEGIN; DROP TABLE t%2$d; ROLLBACK",
                        "COMMENT ON TABLE t%2$d IS 'round %1$d'; GRANT SELECT (id) ON t%2$d TO %3$s",
                        "ALTER TABLE t%2$d ALTER COLUMN note SET DEFAULT 'round ' || now()",
                        "CREATE VIEW seen%1$d AS SELECT id, note FROM t%2$d; CREATE TEMP TABLE passing%1$d AS SELECT 1 AS one",
                        "ALTER TABLE t%2$d DROP CONSTRAINT t%2$d_pkey; UPDATE t%2$d SET note = 'keyless' WHERE id = 7",
                        "ALTER TABLE t%2$d ADD PRIMARY KEY (id)",
                        "ALTER TABLE made%1$d RENAME TO kept%1$d; INSERT INTO kept%1$d (said) VALUES ('later')",
                        "CREATE FUNCTION answer%1$d() RETURNS integer LANGUAGE sql AS 'SELECT 1; SELECT %1$d'",
                        "DROP VIEW seen%1$d; DROP TABLE passing%1$d; DROP INDEX by_renamed%1$d",
                        "ALTER TABLE t%2$d DROP COLUMN renamed%1$d, ADD CHECK (id > 0)")
                .stream()
                .map(sql -> sql.formatted(r, k, reader))
                .toList();
    }
}
