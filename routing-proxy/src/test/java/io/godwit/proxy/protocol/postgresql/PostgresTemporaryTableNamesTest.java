package io.godwit.proxy.protocol.postgresql;

import static io.godwit.proxy.protocol.postgresql.PostgresTemporaryTableNames.AtCommit.EMPTY;
import static io.godwit.proxy.protocol.postgresql.PostgresTemporaryTableNames.AtCommit.KEEP;
import static io.godwit.proxy.protocol.postgresql.PostgresTemporaryTableNames.AtCommit.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PostgresTemporaryTableNamesTest {
    private final PostgresTemporaryTableNames names = new PostgresTemporaryTableNames();

    @Test
    void whatIsSaidOfATableIsRemembered() {
        names.look(
                "CREATE TEMP TABLE a (x int); create local temporary table if not exists B (x int)"
                        + " ON COMMIT\n DELETE ROWS; CREATE TEMP TABLE pg_temp.\"C \"\"d\" ON COMMIT PRESERVE ROWS AS SELECT 1");
        assertThat(atCommit("a")).isEqualTo(KEEP);
        assertThat(atCommit("b")).isEqualTo(EMPTY);
        assertThat(atCommit("C \"d")).isEqualTo(KEEP);
    }

    @Test
    void whatIsNotSaidClearlyIsUnknown() {
        names.look("SELECT make_table(); CREATE TEMP TABLE dropped (x int) ON COMMIT DROP");
        names.look("CREATE TEMP TABLE texts (x text DEFAULT 'on commit delete rows')");
        names.look("CREATE TEMP TABLE both (x int)");
        names.look("CREATE TEMP TABLE IF NOT EXISTS both (x int) ON COMMIT DELETE ROWS");
        names.look("CREATE TEMP TABLE tab\u00fc (x int)");
        for (String name : new String[] {"made", "dropped", "texts", "both", "tab"}) {
            assertThat(atCommit(name)).as(name).isEqualTo(UNKNOWN);
        }
    }

    private PostgresTemporaryTableNames.AtCommit atCommit(String name) {
        return names.atCommit(name.getBytes(StandardCharsets.ISO_8859_1));
    }
}
