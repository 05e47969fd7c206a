package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresScriptTest {
    private static final String PREPARE = "PREPARE a AS SELECT 1";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "%s;",
                "INSERT INTO t VALUES (1);%s; DELETE FROM t",
                "SELECT ';PREPARE a AS SELECT 2;';%s",
                "SELECT 'it''s; PREPARE a AS SELECT 2;';%s",
                "SELECT E'\\'; PREPARE a AS SELECT 2; \\\\';%s",
                "SELECT E'a''\\'; PREPARE a AS SELECT 2; ';%s",
                "SELECT 1 AS \"e;\"\"'\";%s",
                "DO $$ BEGIN; PREPARE a AS SELECT 2; END $$;%s",
                "DO $x$ $$;PREPARE a AS SELECT 2; $$ $x$;%s",
                "SELECT a$b$ FROM t;%s; SELECT c$b$ FROM t",
                "SELECT $1;%s",
                "-- PREPARE a;\n SELECT 1; %s",
                "/* ; /* ' */ ; */ SELECT 1;%s",
                "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; PREPARE a AS SELECT 2);%s",
                "PREPARE b AS SELECT 2;%s;PREPARE aa AS SELECT 2",
            })
    void theCommandIsFoundAmongOthers(String script) {
        assertThat(prepareOf("a", script.formatted(PREPARE)))
                .isNotNull()
                .asString()
                .isEqualToIgnoringWhitespace(PREPARE);
    }

    @Test
    void namesAreComparedAsTheServerDoes() {
        assertThat(prepareOf("abc", "Prepare/* */AbC(int) as select $1")).isNotNull();
        assertThat(prepareOf("A \"b", "PREPARE \"A \"\"b\" AS SELECT 1")).isNotNull();
        assertThat(prepareOf("a", "PREPARE \"A\" AS SELECT 1")).isNull();
        assertThat(prepareOf("ünde", "prepare ünde as select 1")).isNotNull();
    }

    @Test
    void whatIsNotClearIsNotGuessed() {
        assertThat(prepareOf("a", "SELECT make_statements()")).isNull();
        assertThat(prepareOf("a", "PREPARE a AS SELECT 1; DEALLOCATE a; PREPARE a AS SELECT 2"))
                .isNull();
        assertThat(prepareOf("a", "PREPARE")).isNull();
        assertThat(prepareOf("a", "PREPARE \"a")).isNull();
        assertThat(prepareOf("a", "")).isNull();
        assertThat(prepareOf("a", "SELECT '; /* $x$ ")).isNull();
    }

    private static @Nullable String prepareOf(String name, String sql) {
        byte[] found =
                PostgresScript.prepareOf(name.getBytes(StandardCharsets.UTF_8), sql.getBytes(StandardCharsets.UTF_8));
        return found == null ? null : new String(found, StandardCharsets.UTF_8);
    }
}
