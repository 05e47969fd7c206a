package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.GodwitCommand;
import io.godwit.engines.EngineId;
import io.godwit.processes.FreePorts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoCommandTest {
    private final RecordedPlatform platform = new RecordedPlatform();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void anUnknownEngineIsWrongUsageAndNamesTheKnownOnes() {
        assertThat(run("demo", "--engine", "oracle")).isEqualTo(2);

        assertThat(err.toString()).contains("engine 'oracle' is unknown; expected one of postgresql");
        assertThat(platform.calls).isEmpty();
    }

    @Test
    void sizesOutOfRangeAreWrongUsage() {
        assertThat(run("demo", "--rows", "0")).isEqualTo(2);
        assertThat(run("demo", "--clients", "0")).isEqualTo(2);
        assertThat(run("demo", "--clients", "many")).isEqualTo(2);
        assertThat(run("demo", "--to", "cheap")).isEqualTo(2);

        assertThat(platform.calls).isEmpty();
    }

    @Test
    void aDemoThatCanNotGoOnIsAFailureAndTheOnlyOutputIsItsJson() {
        assertThat(run("demo", "--json")).isEqualTo(1);

        JsonNode engine =
                new JsonMapper().readTree(out.toString()).path("engines").path(0);
        assertThat(engine.path("engine").asString()).isEqualTo("postgresql");
        assertThat(engine.path("status").asString()).isEqualTo("failed");
        assertThat(engine.path("verified").booleanValue()).isFalse();
        assertThat(engine.path("remarks").path(0).asString()).contains("does not run");
    }

    @Test
    void everyEngineIsShownUnlessSomeAreAskedFor() {
        run("demo", "--json");

        assertThat(engines())
                .extracting(engine -> engine.path("engine").asString())
                .containsExactly("postgresql", "redis");
    }

    @Test
    void anEngineThatCanNotBeHadIsLeftOutUnlessItIsAskedFor() {
        platform.missing = Optional.of("no server program");

        run("demo", "--json");
        assertThat(engines())
                .extracting(engine -> engine.path("status").asString())
                .containsExactly("failed", "left_out");
        assertThat(engines().get(1).path("remarks").path(0).asString()).isEqualTo("no server program");

        out.getBuffer().setLength(0);
        assertThat(run("demo", "--json", "--engine", "redis")).isEqualTo(1);
        assertThat(engines())
                .extracting(engine -> engine.path("status").asString())
                .containsExactly("failed");
    }

    @Test
    void whatTheDemoStartedItStopsEvenWhenItFails() {
        run("demo");

        assertThat(platform.calls).containsExactly("start", "stop");
    }

    @Test
    void aPlatformThatRanBeforeGoesOnRunning() {
        platform.running = true;

        run("demo");

        assertThat(platform.calls).containsExactly("start");
    }

    @Test
    void whatIsToBeKeptIsNotStopped() {
        run("demo", "--keep");

        assertThat(platform.calls).containsExactly("start");
    }

    @Test
    void aPlatformThatDoesNotComeUpIsStoppedToo() {
        platform.broken = true;

        assertThat(run("demo")).isEqualTo(1);

        assertThat(platform.calls).containsExactly("start", "stop");
    }

    private List<JsonNode> engines() {
        return new JsonMapper()
                .readTree(out.toString())
                .path("engines")
                .valueStream()
                .toList();
    }

    private int run(String... arguments) {
        CommandLine line = GodwitCommand.commandLine(Map.of("HOME", "/nonexistent"));
        line.addSubcommand(new DemoCommand(platform, Map.of()));
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    /** A platform at whose address nothing answers. */
    private static final class RecordedPlatform implements DemoPlatform {
        private final List<String> calls = new ArrayList<>();
        private boolean running;
        private boolean broken;
        private Optional<String> missing = Optional.empty();

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public void start(Consumer<String> notes) {
            calls.add("start");
            if (broken) {
                throw new IllegalStateException("the broker did not come up");
            }
        }

        @Override
        public Optional<String> missing(EngineId engine) {
            return engine == EngineId.POSTGRESQL ? Optional.empty() : missing;
        }

        @Override
        public URI gatewayUrl() {
            return URI.create("http://127.0.0.1:" + FreePorts.any());
        }

        @Override
        public String operatorToken() {
            return "token";
        }

        @Override
        public void stop() {
            calls.add("stop");
        }
    }
}
