package io.godwit.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.Login;
import io.godwit.engines.SealedSecret;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresRestoreListTest {
    private static final String SCHEMA = "6; 2615 100 SCHEMA - s tenant";
    private static final String EXTENSION = "2; 3079 101 EXTENSION - pg_trgm ";
    private static final String TABLE = "215; 1259 102 TABLE s t tenant";
    private static final String FUNCTION_IN_C = "216; 1255 103 FUNCTION s f() tenant";
    private static final String VIEW = "217; 1259 104 VIEW s v tenant";
    private static final String COMMENT = "300; 0 0 COMMENT s TABLE t tenant";
    private static final String GRANT = "301; 0 0 ACL s TABLE t tenant";

    private static final Login ADMIN = new Login("admin", new SealedSecret("a"));
    private static final Login DEPUTY = new Login("deputy", new SealedSecret("d"));

    @Test
    void theDeputyMakesWhatNeedsNoMoreRightsAndTheOrderStays() {
        assertThat(PostgresRestoreList.inOrder(
                        List.of("; a comment", "", SCHEMA, EXTENSION, TABLE, COMMENT, GRANT, FUNCTION_IN_C, VIEW),
                        ADMIN,
                        PostgresRestoreListTest::maker))
                .containsExactly(
                        new PostgresRestoreList.Part(ADMIN, List.of(SCHEMA, EXTENSION)),
                        new PostgresRestoreList.Part(DEPUTY, List.of(TABLE)),
                        new PostgresRestoreList.Part(ADMIN, List.of(FUNCTION_IN_C)),
                        new PostgresRestoreList.Part(DEPUTY, List.of(VIEW)),
                        new PostgresRestoreList.Part(ADMIN, List.of(COMMENT, GRANT)));
    }

    @Test
    void aNameThatLooksLikeAKindChangesNothing() {
        String aggregate = "218; 1255 105 AGGREGATE s SCHEMA - s(integer) tenant";
        String table = "219; 1259 106 TABLE s 1255 103 EXTENSION tenant";

        assertThat(PostgresRestoreList.inOrder(List.of(aggregate, table), ADMIN, PostgresRestoreListTest::maker))
                .containsExactly(new PostgresRestoreList.Part(DEPUTY, List.of(aggregate, table)));
    }

    @Test
    void rowsAreOnePartForEachMaker() {
        String first = "400; 0 102 TABLE DATA s t tenant";
        String configuration = "401; 0 103 TABLE DATA s c admin";
        String second = "402; 0 104 TABLE DATA s u tenant";
        String objects = "403; 0 0 BLOBS - BLOBS ";

        assertThat(PostgresRestoreList.byMaker(
                        List.of(first, configuration, second, objects),
                        ADMIN,
                        entry -> entry.description().endsWith(" admin") ? ADMIN : DEPUTY))
                .containsExactly(
                        new PostgresRestoreList.Part(DEPUTY, List.of(first, second)),
                        new PostgresRestoreList.Part(ADMIN, List.of(configuration, objects)));
    }

    private static Login maker(PostgresArchiveEntry entry) {
        return entry.catalogId().equals("1255 103") ? ADMIN : DEPUTY;
    }
}
