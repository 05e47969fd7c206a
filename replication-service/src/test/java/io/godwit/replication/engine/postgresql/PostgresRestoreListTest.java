package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PostgresRestoreListTest {
    private static final String SCHEMA = "6; 2615 100 SCHEMA - s tenant";
    private static final String EXTENSION = "2; 3079 101 EXTENSION - pg_trgm ";
    private static final String TABLE = "215; 1259 102 TABLE s t tenant";
    private static final String FUNCTION_IN_C = "216; 1255 103 FUNCTION s f() tenant";
    private static final String VIEW = "217; 1259 104 VIEW s v tenant";
    private static final String COMMENT = "300; 0 0 COMMENT s TABLE t tenant";
    private static final String GRANT = "301; 0 0 ACL s TABLE t tenant";

    @Test
    void theDeputyMakesWhatNeedsNoMoreRightsAndTheOrderStays() {
        assertThat(PostgresRestoreList.divide(
                        List.of("; a comment", "", SCHEMA, EXTENSION, TABLE, COMMENT, GRANT, FUNCTION_IN_C, VIEW),
                        Set.of("1255 103")))
                .containsExactly(
                        new PostgresRestoreList.Part(true, List.of(SCHEMA, EXTENSION)),
                        new PostgresRestoreList.Part(false, List.of(TABLE)),
                        new PostgresRestoreList.Part(true, List.of(FUNCTION_IN_C)),
                        new PostgresRestoreList.Part(false, List.of(VIEW)),
                        new PostgresRestoreList.Part(true, List.of(COMMENT, GRANT)));
    }

    @Test
    void aNameThatLooksLikeAKindChangesNothing() {
        String aggregate = "218; 1255 105 AGGREGATE s SCHEMA - s(integer) tenant";
        String table = "219; 1259 106 TABLE s 1255 103 EXTENSION tenant";

        assertThat(PostgresRestoreList.divide(List.of(aggregate, table), Set.of("1255 103")))
                .containsExactly(new PostgresRestoreList.Part(false, List.of(aggregate, table)));
    }
}
