package io.godwit.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class PatienceTest {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final List<String> outages = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private final Patience patience = new Patience(LONGEST, () -> now, outages::add);

    @Test
    void anOutageIsBorneForSoLongAfterTheLastAnswerAndNoLonger() {
        now = now.plus(LONGEST);
        assertThat(patience.ask(() -> fail(503))).isEmpty();
        assertThat(patience.ask(() -> "answer")).contains("answer");
        now = now.plus(LONGEST);
        assertThat(patience.ask(() -> fail(429))).isEmpty();
        assertThat(patience.ask(PatienceTest::unreachable)).isEmpty();
        now = now.plusMillis(1);

        assertThatExceptionOfType(ApiProblem.class).isThrownBy(() -> patience.ask(() -> fail(503)));
        assertThatExceptionOfType(PlatformUnreachable.class).isThrownBy(() -> patience.ask(PatienceTest::unreachable));
    }

    @Test
    void aRefusalIsNotBorne() {
        assertThatExceptionOfType(ApiProblem.class).isThrownBy(() -> patience.ask(() -> fail(404)));
        assertThatExceptionOfType(ApiProblem.class).isThrownBy(() -> patience.ask(() -> fail(302)));
    }

    @Test
    void eachOutageIsToldOnce() {
        patience.ask(() -> fail(502));
        patience.ask(() -> fail(503));
        patience.ask(() -> "answer");
        patience.ask(() -> fail(504));

        assertThat(outages).hasSize(2);
        assertThat(outages.getFirst()).contains("502");
        assertThat(outages.getLast()).contains("504");
    }

    private static String fail(int status) {
        throw new ApiProblem(status, JsonNodeFactory.instance.objectNode(), null);
    }

    private static String unreachable() {
        throw PlatformUnreachable.foreign(URI.create("http://127.0.0.1:8080"), 200, "text/html");
    }
}
