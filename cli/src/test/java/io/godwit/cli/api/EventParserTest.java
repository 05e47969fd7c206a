package io.godwit.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventParserTest {
    private final EventParser parser = new EventParser();

    @Test
    void anEventEndsAtTheEmptyLine() {
        List<ServerSentEvent> events = parse("id: 7", "event: switched", "data: {\"a\":1}", "");

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.id()).isEqualTo("7");
            assertThat(event.type()).isEqualTo("switched");
            assertThat(event.data().path("a").asInt()).isEqualTo(1);
        });
    }

    @Test
    void dataOverSeveralLinesIsOneValue() {
        assertThat(parse("data:{\"a\":", "data: 1}", "")
                        .getFirst()
                        .data()
                        .path("a")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void commentsAndUnknownFieldsAndEventsWithoutDataAreNothing() {
        assertThat(parse(": keep-alive", "", "retry: 500", "", "event: x", "", "id: 1", ""))
                .isEmpty();
    }

    @Test
    void theTypeDoesNotStickToTheNextEvent() {
        assertThat(parse("event: a", "data: 1", "", "data: 2", ""))
                .extracting(ServerSentEvent::type)
                .containsExactly("a", "message");
    }

    private List<ServerSentEvent> parse(String... lines) {
        return Stream.of(lines).map(parser::onLine).flatMap(Optional::stream).toList();
    }
}
