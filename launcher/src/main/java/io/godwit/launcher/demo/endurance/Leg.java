package io.godwit.launcher.demo.endurance;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One of the moves.
 *
 * @param problem why it was not as it should be, for people; null if it was
 * @param pauseMillis the longest time one exchange was held; null if there was no cutover
 * @param steps how long each step of the cutover took, in milliseconds and in order
 */
public record Leg(
        Tier from,
        Tier to,
        @Nullable String migration,
        @Nullable String problem,
        @Nullable Long pauseMillis,
        SequencedMap<String, Long> steps) {
    private static final String CUTOVER_BEGIN = "HOLD";
    private static final String CUTOVER_END = "RELEASE";

    static Leg of(Tier from, Tier to, MigrationView end) {
        OptionalLong pause = Fields.number(end.json(), "pauseMs");
        return new Leg(
                from,
                to,
                end.id(),
                problemOf(end),
                pause.isPresent() ? (Long) pause.getAsLong() : null,
                steps(end.json().path("timeline")));
    }

    /** The move could not even be asked for, or not be ended. */
    static Leg broken(Tier from, Tier to, @Nullable String migration, String why) {
        return new Leg(from, to, migration, why, null, new LinkedHashMap<>());
    }

    private static @Nullable String problemOf(MigrationView end) {
        if (!end.ready()) {
            return end.status() + ": " + end.error();
        }
        boolean compared = end.json().path("verification").path("verified").asBoolean(false);
        return compared ? null : "moved without its rows having been compared";
    }

    /** Of an attempt that was repeated, the last one counts. */
    private static SequencedMap<String, Long> steps(JsonNode timeline) {
        SequencedMap<String, Long> steps = new LinkedHashMap<>();
        boolean inCutover = false;
        for (JsonNode entry : timeline) {
            String step = Fields.text(entry, "step");
            inCutover |= step.equals(CUTOVER_BEGIN);
            if (inCutover && entry.path("endedAt").isString()) {
                Duration took = Duration.between(
                        Instant.parse(Fields.text(entry, "startedAt")), Instant.parse(Fields.text(entry, "endedAt")));
                steps.put(step, took.toMillis());
            }
            inCutover &= !step.equals(CUTOVER_END);
        }
        return steps;
    }

    boolean good() {
        return problem == null;
    }

    /** One line for people. */
    String line() {
        StringBuilder line = new StringBuilder(from.id()).append(" -> ").append(to.id());
        line.append(", ").append(migration == null ? "no migration" : migration);
        if (pauseMillis != null) {
            line.append(", pause ").append(pauseMillis).append(" ms");
        }
        if (!steps.isEmpty()) {
            line.append("  ").append(steps);
        }
        return problem == null
                ? line.toString()
                : line.append("  ! ").append(problem).toString();
    }
}
