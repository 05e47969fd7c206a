package io.godwit.launcher.demo;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.check.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How the demo went on one engine.
 *
 * @param pauseMillis the longest time one exchange was held, as Godwit measured it; null if there was no cutover
 * @param longestExchange the longest exchange that any client saw from the start of the migration to some seconds after
 *     the switch; it includes the pause
 * @param usualLongestExchange the same before the migration
 * @param verified whether Godwit's own row comparison and the demo's fingerprints both found the copies equal
 * @param remarks what was wrong, for people
 */
public record EngineResult(
        EngineId engine,
        @Nullable String migration,
        String status,
        int clients,
        long exchanges,
        long failed,
        long lost,
        long doubled,
        long misordered,
        @Nullable Long pauseMillis,
        @Nullable Long rows,
        @Nullable Long syncMillis,
        Duration longestExchange,
        Duration usualLongestExchange,
        boolean verified,
        List<String> remarks) {
    private static final String LEFT_OUT = "left_out";

    /** What the traffic saw. */
    record Traffic(long exchanges, long failed, Duration longest, Duration usualLongest, List<String> errors) {}

    static EngineResult of(
            EngineId engine,
            int clients,
            MigrationView end,
            Traffic traffic,
            Verdict verdict,
            boolean sameFingerprint) {
        boolean compared = end.json().path("verification").path("verified").asBoolean(false);
        List<String> remarks = new ArrayList<>(traffic.errors());
        remarks.addAll(verdict.examples());
        if (!end.error().equals("-")) {
            remarks.add("migration: " + end.error());
        }
        if (!sameFingerprint) {
            remarks.add("schema or rows differ from what they were before the move");
        }
        return new EngineResult(
                engine,
                end.id(),
                end.status(),
                clients,
                traffic.exchanges(),
                traffic.failed(),
                verdict.lost(),
                verdict.doubled(),
                verdict.misordered(),
                number(end, "pauseMs"),
                number(end, "rows"),
                number(end, "syncMs"),
                traffic.longest(),
                traffic.usualLongest(),
                compared && sameFingerprint && verdict.misordered() == 0,
                List.copyOf(remarks));
    }

    /** The demo itself could not go on. */
    static EngineResult broken(EngineId engine, int clients, String why) {
        return withoutMove(engine, "failed", clients, why);
    }

    /** There are no servers of the engine here. */
    static EngineResult leftOut(EngineId engine, String why) {
        return withoutMove(engine, LEFT_OUT, 0, why);
    }

    private static EngineResult withoutMove(EngineId engine, String status, int clients, String why) {
        return new EngineResult(
                engine,
                null,
                status,
                clients,
                0,
                0,
                0,
                0,
                0,
                null,
                null,
                null,
                Duration.ZERO,
                Duration.ZERO,
                false,
                List.of(why));
    }

    /** Whether the move did all that it promises. */
    public boolean good() {
        return status.equals("ready") && failed == 0 && lost == 0 && doubled == 0 && verified;
    }

    boolean isLeftOut() {
        return status.equals(LEFT_OUT);
    }

    private static @Nullable Long number(MigrationView view, String field) {
        OptionalLong value = Fields.number(view.json(), field);
        return value.isPresent() ? (Long) value.getAsLong() : null;
    }
}
