package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.Verification;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresVerifierIT {
    private static Shop shop;
    private static ChangeStream stream;
    private static PlacedDatabase target;

    @BeforeAll
    static void copyShop() throws Exception {
        shop = new Shop();
        stream = shop.stream;
        target = stream.target();
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, new ConvergenceGoal(Duration.ofMillis(500), 2), _ -> {});
    }

    @AfterAll
    static void closeShop() throws Exception {
        shop.close();
    }

    /** Each difference is made on the target behind the stream's back, and taken back afterwards. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            a changed value          | UPDATE public.customers SET score = score + 0.000001 WHERE id = 1234 | UPDATE public.customers SET score = score - 0.000001 WHERE id = 1234 | public.customers | [1234]
            an empty text for null   | UPDATE public.customers SET tags = '{}' WHERE id = 2999 | UPDATE public.customers SET tags = ARRAY['a,b', 'c"d', NULL] WHERE id = 2999 | public.customers | [2999]
            a missing row            | DELETE FROM public.dogs WHERE id = 2 | INSERT INTO public.dogs VALUES (2, 'Rex', 'beagle') | public.dogs | [2]
            an additional row        | INSERT INTO public.empty_one VALUES (5) | DELETE FROM public.empty_one | public.empty_one | [5]
            a row in a partition     | UPDATE public.measurements SET value = 2 WHERE at = '2025-06-01 00:00:00+00' | UPDATE public.measurements t SET value = s.value FROM (VALUES (0)) s (value) WHERE false | public.measurements_2025 | [2025-06-01
            a quoted name            | UPDATE "Sales Dept"."Order Lines" SET note = 'y' WHERE "Order Id" = 100 AND "Line" = 'line 1' | UPDATE "Sales Dept"."Order Lines" SET note = repeat('x', 301) WHERE "Order Id" = 100 AND "Line" = 'line 1' | "Sales Dept"."Order Lines" | [100, line 1]
            a row less of equal ones | DELETE FROM public.journal WHERE ctid = (SELECT min(ctid) FROM public.journal WHERE said = 'the same') | INSERT INTO public.journal VALUES (0, 0, 'the same') | public.journal | 1 rows
            """)
    void aDifferenceIsFoundAndNamed(String what, String change, String revert, String table, String where)
            throws Exception {
        String before = shop.query(target, "SELECT value FROM measurements WHERE at = '2025-06-01 00:00:00+00'")
                .getFirst();
        shop.execute(target, change);
        try {
            assertThatThrownBy(() -> shop.engine.verify(stream))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("VERIFICATION_FAILED");
                        assertThat(e.failure().message())
                                .contains("table " + table)
                                .contains(where);
                    });
        } finally {
            shop.execute(target, revert);
            shop.execute(target, "UPDATE measurements SET value = " + before + " WHERE at = '2025-06-01 00:00:00+00'");
        }
        shop.engine.verify(stream);
    }

    @Test
    void theDigestTellsTheRowsNotTheWayTheyWereCompared() throws Exception {
        Verification quiet = shop.engine.verify(stream);
        Writers writers = new Writers(stream.source(), 1, 2);
        Verification busy = shop.engine.verify(stream);
        writers.end();
        assertThat(writers.refusal()).isEqualTo("none");
        shop.engine.awaitConvergence(stream, new ConvergenceGoal(Duration.ofMillis(500), 1), _ -> {});
        Verification after = shop.engine.verify(stream);

        assertThat(busy.recheckedChunks()).isPositive();
        assertThat(after.digest()).isNotEqualTo(quiet.digest());
        assertThat(after.digest()).isEqualTo(shop.engine.verify(stream).digest());
        assertThat(quiet.tables()).isEqualTo(11);
        // Chunks of 500 rows: customers 7 (the last one empty), order lines 18, changes 18, partitions 3 and 2, six
        // others.
        assertThat(quiet.chunks()).isEqualTo(7 + 18 + 18 + 3 + 2 + 6);
    }

    @Test
    void rowsThatNeverRestAreComparedBehindTheFence() throws Exception {
        PostgresPendingRows.Pending row = new PostgresPendingRows.Pending(
                "public.counters",
                java.util.List.of(new PostgresTable.Key("id", "integer")),
                java.util.List.of(java.util.List.of("4"), java.util.List.of("5")));
        try (PostgresSession source = session(stream.source());
                PostgresSession here = session(target)) {
            PostgresPendingRows.requireEqual(java.util.List.of(row), source, here);
            here.execute("SET session_replication_role = replica");
            here.execute("UPDATE public.counters SET value = value + 1 WHERE id = 5");
            assertThatThrownBy(() -> PostgresPendingRows.requireEqual(java.util.List.of(row), source, here))
                    .hasMessageContaining("public.counters")
                    .hasMessageContaining("[5]");
            here.execute("UPDATE public.counters SET value = value - 1 WHERE id = 5");
        }
    }

    private static PostgresSession session(PlacedDatabase database) throws Exception {
        return PostgresSession.ofAdmin(
                io.godwit.testing.PostgresServer.connections().openAdmin(database.server(), database.databaseName()),
                Duration.ofSeconds(10));
    }
}
