package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class PostgresNoteTest {
    /** As strict as the service's. */
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    @Test
    void saysNothing() {
        assertThat(json.writeValueAsString(new PostgresNote())).isEqualTo("{}");
        assertThat(json.readValue("{}", PostgresNote.class)).isEqualTo(new PostgresNote());
    }

    @Test
    void whatAnEarlierVersionWroteIsRead() {
        PostgresNote note = new PostgresNote();

        assertThat(json.readValue("{\"admitted\":\"pg_godwit_nobody\"}", PostgresNote.class))
                .isEqualTo(note);
        assertThat(json.readValue("{\"source\":\"srv_1\",\"target\":\"srv_2\"}", PostgresNote.class))
                .isEqualTo(note);
    }
}
