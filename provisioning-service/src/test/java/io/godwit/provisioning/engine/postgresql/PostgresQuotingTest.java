package io.godwit.provisioning.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PostgresQuotingTest {
    @Test
    void quotesInNamesAreDoubled() {
        assertThat(PostgresQuoting.identifier("a\"b")).isEqualTo("\"a\"\"b\"");
    }

    @Test
    void quotesInTextsAreDoubled() {
        assertThat(PostgresQuoting.literal("it's")).isEqualTo("'it''s'");
    }

    @Test
    void backslashIsOneWhateverTheServerTakesItFor() {
        assertThat(PostgresQuoting.literal("a\\'b")).isEqualTo(" E'a\\\\''b'");
    }

    @Test
    void zeroCharacterIsRefused() {
        assertThatThrownBy(() -> PostgresQuoting.identifier("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
