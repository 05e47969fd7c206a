package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.check.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoReportTest {
    private static final String READY = """
            {"id":"mig_abc","status":"ready","pauseMs":87,"rows":100000,"syncMs":2500,"verification":{"verified":true}}""";

    private static final EngineResult.Traffic QUIET =
            new EngineResult.Traffic(1234, 0, Duration.ofMillis(120), Duration.ofMillis(30), List.of());
    private static final Verdict CLEAN = new Verdict(0, 0, 0, List.of());

    @Test
    void theJsonHasThePromisedForm() {
        JsonNode json = new DemoReport(List.of(result(READY, QUIET, CLEAN, true)), Duration.ofSeconds(20)).json();

        JsonNode engine = json.path("engines").path(0);
        assertThat(engine.path("engine").asString()).isEqualTo("postgresql");
        assertThat(engine.path("migration").asString()).isEqualTo("mig_abc");
        assertThat(engine.path("status").asString()).isEqualTo("ready");
        assertThat(engine.path("exchanges").asLong()).isEqualTo(1234);
        assertThat(engine.path("failed").asLong(-1)).isZero();
        assertThat(engine.path("lost").asLong(-1)).isZero();
        assertThat(engine.path("doubled").asLong(-1)).isZero();
        assertThat(engine.path("pauseMs").asLong()).isEqualTo(87);
        assertThat(engine.path("rows").asLong()).isEqualTo(100_000);
        assertThat(engine.path("syncSeconds").asDouble()).isEqualTo(2.5);
        assertThat(engine.path("verified").booleanValue()).isTrue();
        assertThat(json.path("startSeconds").asDouble()).isEqualTo(20.0);
    }

    @Test
    void eachSingleFaultSpoilsTheResult() {
        EngineResult.Traffic oneFailed =
                new EngineResult.Traffic(1234, 1, Duration.ZERO, Duration.ZERO, List.of("client 3: 08006"));

        assertThat(result(READY, QUIET, CLEAN, true).good()).isTrue();
        assertThat(result(READY, oneFailed, CLEAN, true).good()).isFalse();
        assertThat(result(READY, QUIET, new Verdict(1, 0, 0, List.of()), true).good())
                .isFalse();
        assertThat(result(READY, QUIET, new Verdict(0, 1, 0, List.of()), true).good())
                .isFalse();
        assertThat(result(READY, QUIET, new Verdict(0, 0, 1, List.of()), true).good())
                .isFalse();
        assertThat(result(READY, QUIET, CLEAN, false).good()).isFalse();
        assertThat(result(READY.replace("true", "false"), QUIET, CLEAN, true).good())
                .isFalse();
        assertThat(result(READY.replace("ready", "failed"), QUIET, CLEAN, true).good())
                .isFalse();
    }

    @Test
    void theSummaryNamesTheErrorsThatClientsSaw() {
        EngineResult.Traffic oneFailed =
                new EngineResult.Traffic(1234, 1, Duration.ZERO, Duration.ZERO, List.of("client 3: 08006"));

        assertThat(new DemoReport(List.of(result(READY, oneFailed, CLEAN, true)), null).summary())
                .anyMatch(line -> line.contains("NOT as promised"))
                .anyMatch(line -> line.contains("client 3: 08006"));
    }

    @Test
    void anEngineThatIsLeftOutIsToldAndSpoilsNothing() {
        EngineResult leftOut = EngineResult.leftOut(EngineId.REDIS, "no redis-server found");
        DemoReport report = new DemoReport(List.of(result(READY, QUIET, CLEAN, true), leftOut), null);

        assertThat(report.good()).isTrue();
        assertThat(report.summary()).anyMatch(line -> line.equals("redis: left out; no redis-server found"));
    }

    private static EngineResult result(String view, EngineResult.Traffic traffic, Verdict verdict, boolean same) {
        MigrationView end = new MigrationView(new JsonMapper().readTree(view));
        return EngineResult.of(EngineId.POSTGRESQL, 16, end, traffic, verdict, same);
    }
}
