package io.godwit.backup.engine.postgresql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresRowHashesTest {
    @Test
    void rowsAreCountedAndHashedInAnyOrder() throws Exception {
        List<PostgresRowHashes.Counted> tables = read("1\ta\n2\tb\n\\.\n2\tb\n1\ta\n\\.\n1\ta\n2\tc\n\\.\n\\.\n");

        assertThat(tables).extracting(PostgresRowHashes.Counted::rows).containsExactly(2L, 2L, 2L, 0L);
        assertThat(tables.get(0)).isEqualTo(tables.get(1));
        assertThat(tables.get(0).hash()).isNotEqualTo(tables.get(2).hash());
        assertThat(tables.get(3).hash()).isEqualTo("0000000000000000");
    }

    @Test
    void twoEqualRowsAreNotNone() throws Exception {
        assertThat(read("1\n1\n\\.\n\\.\n")).doesNotHaveDuplicates();
    }

    @Test
    void aRowWithoutColumnsIsARow() throws Exception {
        assertThat(read("\n\n\\.\n"))
                .extracting(PostgresRowHashes.Counted::rows)
                .containsExactly(2L);
    }

    @Test
    void aRowThatBeginsLikeTheEndOfATableIsARow() throws Exception {
        assertThat(read("\\.x\n\\\\.\n\\N\n\\.\n"))
                .extracting(PostgresRowHashes.Counted::rows)
                .containsExactly(3L);
    }

    @Test
    void whereARowIsCutOnItsWayChangesNothing() throws Exception {
        String lines = "1\tabc\n\\N\t\n22\td\n\\.\n3\n\\.\n";

        assertThat(PostgresRowHashes.read(oneByteAtATime(lines), () -> {})).isEqualTo(read(lines));
    }

    @Test
    void aTableThatHasNotEndedIsNotToldOf() throws Exception {
        assertThat(read("1\n\\.\n2\n")).hasSize(1);
    }

    private static List<PostgresRowHashes.Counted> read(String lines) throws IOException {
        return PostgresRowHashes.read(new ByteArrayInputStream(lines.getBytes(UTF_8)), () -> {});
    }

    private static InputStream oneByteAtATime(String lines) {
        return new ByteArrayInputStream(lines.getBytes(UTF_8)) {
            @Override
            public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1));
            }
        };
    }
}
