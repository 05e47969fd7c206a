package io.godwit.launcher.demo.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.check.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EnduranceResultTest {
    private static final Verdict CLEAN = new Verdict(0, 0, 0, List.of());
    private static final String MOVED = """
            {"id":"mig_abc","status":"ready","pauseMs":87,"verification":{"verified":true},"timeline":[
            {"step":"ARM","startedAt":"2026-03-01T12:00:00Z","endedAt":"2026-03-01T12:00:01Z"},
            {"step":"HOLD","startedAt":"2026-03-01T12:00:01Z","endedAt":"2026-03-01T12:00:01.300Z"},
            {"step":"UNDO_RELEASE_TRAFFIC","startedAt":"2026-03-01T12:00:02Z","endedAt":"2026-03-01T12:00:02.020Z"},
            {"step":"HOLD","startedAt":"2026-03-01T12:00:03Z","endedAt":"2026-03-01T12:00:03.030Z"},
            {"step":"RELEASE","startedAt":"2026-03-01T12:00:03.030Z","endedAt":"2026-03-01T12:00:03.040Z"},
            {"step":"STOP_REVERSE","startedAt":"2026-03-01T12:00:04Z","endedAt":"2026-03-01T12:00:06Z"},
            {"step":"RETIRE_SOURCE","startedAt":"2026-03-01T12:00:07Z","endedAt":null}]}""";

    @Test
    void whatWasAskedForAndWentWellIsGood() {
        EnduranceResult result = result(2, List.of(leg(MOVED), leg(MOVED)), 0, CLEAN, true);

        assertThat(result.good()).isTrue();
        assertThat(result.remarks()).isEmpty();
    }

    @Test
    void eachSingleFaultSpoilsTheResultAndIsTold() {
        List<Leg> one = List.of(leg(MOVED));

        assertSpoilt(result(2, one, 0, CLEAN, true), "ended after 1 of 2 moves");
        assertSpoilt(result(1, one, 0, CLEAN, false), "schema or rows differ");
        assertSpoilt(result(1, one, 0, new Verdict(1, 0, 0, List.of("entry 5 is lost")), true), "entry 5 is lost");
        assertSpoilt(result(1, one, 0, new Verdict(0, 1, 0, List.of("entry 5 twice")), true), "entry 5 twice");
        assertSpoilt(result(1, one, 0, new Verdict(0, 0, 1, List.of("entry 5 late")), true), "entry 5 late");
        assertSpoilt(result(1, one, 1, CLEAN, true), "client 3: 08006");
        assertSpoilt(
                result(1, List.of(leg(MOVED.replace("true", "false"))), 0, CLEAN, true), "move 1: shared -> dedicated");
        String failed = MOVED.replace("\"ready\"", "\"failed\",\"error\":{\"code\":\"X\",\"message\":\"broken\"}");
        assertSpoilt(result(1, List.of(leg(failed)), 0, CLEAN, true), "failed: broken (X)");
        assertSpoilt(
                result(1, List.of(Leg.broken(Tier.SHARED, Tier.DEDICATED, null, "not to be had")), 0, CLEAN, true),
                "not to be had");
    }

    @Test
    void theJsonHasThePercentilesOfThePauseAndOfEachStepOfTheCutover() {
        JsonNode json = result(1, List.of(leg(MOVED)), 0, CLEAN, true).json();

        assertThat(json.path("seed").asLong()).isEqualTo(7);
        assertThat(json.path("moves").asLong()).isEqualTo(1);
        assertThat(json.path("failedMoves").asLong(-1)).isZero();
        assertThat(json.path("lost").asLong(-1)).isZero();
        JsonNode millis = json.path("millis");
        assertThat(millis.propertyNames()).containsExactly("pause", "HOLD", "UNDO_RELEASE_TRAFFIC", "RELEASE");
        assertThat(millis.path("pause").path("p99").asLong()).isEqualTo(87);
        assertThat(millis.path("HOLD").path("max").asLong())
                .as("of the last attempt")
                .isEqualTo(30);
    }

    @Test
    void aCutoverThatNeverCameHasNoTimes() {
        EnduranceResult result =
                result(1, List.of(Leg.broken(Tier.SHARED, Tier.DEDICATED, "mig_abc", "timed out")), 0, CLEAN, true);

        assertThat(result.json().path("millis").isEmpty()).isTrue();
        assertThat(result.summary()).anyMatch(line -> line.contains("NOT as promised"));
    }

    private static void assertSpoilt(EnduranceResult result, String remark) {
        assertThat(result.good()).isFalse();
        assertThat(result.remarks()).anyMatch(text -> text.contains(remark));
        assertThat(result.summary()).anyMatch(line -> line.contains(remark));
    }

    private static Leg leg(String view) {
        return Leg.of(Tier.SHARED, Tier.DEDICATED, new MigrationView(new JsonMapper().readTree(view)));
    }

    private static EnduranceResult result(int moves, List<Leg> legs, long failed, Verdict verdict, boolean same) {
        List<String> errors = failed == 0 ? List.of() : List.of("client 3: 08006");
        return new EnduranceResult(
                new EnduranceOptions(moves, 1000, 4, 7),
                legs,
                List.of(
                        new EnduranceChapter(1000, 0, CLEAN, true, List.of()),
                        new EnduranceChapter(234, failed, verdict, same, errors)),
                Duration.ofSeconds(90));
    }
}
