package io.godwit.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowPlatformTest {
    private static final String JSON =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n";
    private static final String STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void anAnswerThatStallsInItsMiddleIsGivenUp() throws Exception {
        try (SlowPlatform platform = new SlowPlatform(JSON + "{\"items\": [");
                ApiClient api = new ApiClient(platform.url(), null, new ApiDeadlines(LONG, SHORT, LONG, LONG))) {
            assertThatThrownBy(() -> api.get("/tenants"))
                    .isInstanceOf(PlatformUnreachable.class)
                    .hasMessage(platform.url() + "/api/v1/tenants gave no whole answer within 400 ms");
        }
    }

    @Test
    void anAnswerToAChangeThatStallsInItsMiddleIsGivenUpLater() throws Exception {
        Duration longer = SHORT.multipliedBy(2);
        try (SlowPlatform platform = new SlowPlatform(JSON + "{");
                ApiClient api = new ApiClient(platform.url(), null, new ApiDeadlines(LONG, SHORT, longer, LONG))) {
            assertThatThrownBy(() -> api.post("/tenants", JsonNodeFactory.instance.objectNode()))
                    .isInstanceOf(PlatformUnreachable.class)
                    .hasMessage(platform.url() + "/api/v1/tenants gave no whole answer within 800 ms");
        }
    }

    @Test
    void anAnswerThatDoesNotBeginIsGivenUp() throws Exception {
        try (SlowPlatform platform = new SlowPlatform("");
                ApiClient api = new ApiClient(platform.url(), null, new ApiDeadlines(LONG, LONG, SHORT, LONG))) {
            assertThatThrownBy(() -> api.delete("/tenants/acme"))
                    .isInstanceOf(PlatformUnreachable.class)
                    .hasMessage(platform.url() + "/api/v1/tenants/acme gave no whole answer within 400 ms");
        }
    }

    @Test
    void aStreamThatFallsSilentIsResumedAfterItsLastEvent() throws Exception {
        String first = STREAM + "id:1\nevent:a\ndata:{\"n\": 1}\n\nid:2\nda";
        String second = STREAM + "id:2\nevent:a\ndata:{\"n\": 2}\n\n";
        try (SlowPlatform platform = new SlowPlatform(first, second);
                ApiClient api = new ApiClient(platform.url(), null, new ApiDeadlines(LONG, LONG, LONG, SHORT));
                EventStream events = api.events("/migrations/mig_1/events")) {
            assertThat(await(events).id()).isEqualTo("1");
            assertThat(await(events).id()).isEqualTo("2");
            assertThat(platform.requests()).hasSize(2);
            assertThat(platform.requests().getFirst()).doesNotContain("Last-Event-ID");
            assertThat(platform.requests().getLast()).contains("Last-Event-ID: 1");
        }
    }

    @Test
    void aStreamOnWhichOnlySignsOfLifeComeIsKept() throws Exception {
        try (SlowPlatform platform = new SlowPlatform(STREAM + ":migration\n\n");
                ApiClient api = new ApiClient(platform.url(), null, new ApiDeadlines(LONG, LONG, LONG, SHORT));
                EventStream events = api.events("/migrations/mig_1/events")) {
            assertThat(events.next(SHORT.dividedBy(4))).isEmpty();
            platform.repeat(":still here\n\n", SHORT.dividedBy(8));
            for (int look = 0; look < 12; look++) {
                assertThat(events.next(SHORT.dividedBy(4))).isEmpty();
            }
            platform.say("id:1\ndata:{}\n\n");
            assertThat(await(events).id()).isEqualTo("1");
            assertThat(platform.requests()).hasSize(1);
        }
    }

    private static ServerSentEvent await(EventStream events) throws InterruptedException {
        Optional<ServerSentEvent> event = Optional.empty();
        while (event.isEmpty()) {
            event = events.next(SHORT.dividedBy(4));
        }
        return event.get();
    }
}
