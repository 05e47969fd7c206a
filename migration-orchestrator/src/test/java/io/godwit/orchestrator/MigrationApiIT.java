package io.godwit.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.orchestrator.RunningOrchestrator.Answer;
import io.godwit.testing.ServicesDatabase;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers ask wrongly; nobody answers the commands here. */
class MigrationApiIT {
    private static final String ORDERS = "/api/v1/tenants/acme/databases/orders/migrations";
    private static final String OTHER_TENANT = "{\"name\":\"eve\",\"role\":\"TENANT_ADMIN\",\"tenant\":\"globex\"}";
    private static final String VIEWER = "{\"name\":\"vic\",\"role\":\"VIEWER\",\"tenant\":\"acme\"}";

    private static RunningOrchestrator orchestrator;

    @BeforeAll
    static void start() throws IOException {
        orchestrator = new RunningOrchestrator(ServicesDatabase.emptySchema("orchestrator"));
    }

    @AfterAll
    static void stop() {
        orchestrator.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                  | 422 | VALIDATION_FAILED | to is missing
                    {"to":"huge"}                                       | 422 | UNKNOWN_TIER      | expected shared
                    {"to":"dedicated","maxPauseMs":5}                   | 422 | VALIDATION_FAILED | 100 to 60000
                    {"to":"dedicated","drainTimeoutMs":-1}              | 422 | VALIDATION_FAILED | drainTimeoutMs '-1'
                    {"to":"dedicated","onDrainTimeout":"maybe"}         | 422 | VALIDATION_FAILED | FORCE or ABORT
                    {"to":"dedicated","rollbackWindow":"soon"}          | 422 | VALIDATION_FAILED | such as 24h
                    {"to":"dedicated","rollbackWindow":"90d"}           | 422 | VALIDATION_FAILED | 0s to 30d
                    {"to":"dedicated","fallback":"sometimes"}           | 422 | VALIDATION_FAILED | NEVER or AUTOMATIC
                    {"to":"dedicated","region":"x' OR '1"}              | 422 | VALIDATION_FAILED | region
                    {"to":                                              | 400 | MALFORMED_JSON    | JSON
                    """)
    void aBodyThatCannotBeUsedIsRefusedWithWhatWasExpected(String body, int status, String code, String detail)
            throws Exception {
        Answer answer = orchestrator.post(ORDERS, body);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.body().path("code").asString()).isEqualTo(code);
        assertThat(answer.body().path("detail").asString()).contains(detail);
    }

    @Test
    void aDatabaseThatDoesNotExistIsNotFound() throws Exception {
        Answer answer =
                orchestrator.post("/api/v1/tenants/acme/databases/nothing/migrations", "{\"to\":\"dedicated\"}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().path("code").asString()).isEqualTo("DATABASE_NOT_FOUND");
    }

    @Test
    void aNameWithAQuoteIsInvalid() throws Exception {
        Answer answer =
                orchestrator.post("/api/v1/tenants/ac'me/databases/orders/migrations", "{\"to\":\"dedicated\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().path("code").asString()).isEqualTo("INVALID_NAME");
    }

    @Test
    void aMigrationThatDoesNotExistIsNotFound() throws Exception {
        for (String path : new String[] {"", "/events"}) {
            Answer answer = orchestrator.get("/api/v1/migrations/mig_nothing" + path);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body().path("code").asString()).isEqualTo("MIGRATION_NOT_FOUND");
        }
        assertThat(orchestrator
                        .post("/api/v1/migrations/mig_nothing/cancel", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void callersSeeAndMoveOnlyWhatIsTheirs() throws Exception {
        Answer begun =
                orchestrator.post("/api/v1/tenants/acme/databases/orders_seen/migrations", "{\"to\":\"dedicated\"}");
        assertThat(begun.status()).isEqualTo(202);
        String id = begun.body().path("id").asString();

        assertThat(orchestrator.getAs(OTHER_TENANT, "/api/v1/migrations/" + id).status())
                .isEqualTo(403);
        assertThat(orchestrator
                        .getAs(OTHER_TENANT, "/api/v1/migrations?tenant=acme")
                        .status())
                .isEqualTo(403);
        assertThat(orchestrator
                        .getAs(OTHER_TENANT, "/api/v1/migrations")
                        .body()
                        .path("items")
                        .size())
                .isZero();
        assertThat(orchestrator.getAs(VIEWER, "/api/v1/migrations/" + id).status())
                .isEqualTo(200);
        assertThat(orchestrator
                        .postAs(VIEWER, "/api/v1/migrations/" + id + "/cancel", "")
                        .status())
                .isEqualTo(403);
        assertThat(orchestrator.postAs(VIEWER, ORDERS, "{\"to\":\"dedicated\"}").status())
                .isEqualTo(403);
    }

    @Test
    void theListIsPagedNewestFirstAndFiltered() throws Exception {
        for (String name : new String[] {"orders_p1", "orders_p2", "orders_p3"}) {
            orchestrator.post("/api/v1/tenants/acme/databases/" + name + "/migrations", "{\"to\":\"dedicated\"}");
        }
        Answer first = orchestrator.get("/api/v1/migrations?tenant=acme&status=pending&limit=2");
        Answer second = orchestrator.get("/api/v1/migrations?tenant=acme&status=pending&limit=2&cursor="
                + first.body().path("nextCursor").asString());

        assertThat(first.body().path("items").get(0).path("databaseId").asString())
                .isEqualTo("acme/orders_p3");
        assertThat(first.body().path("items").get(1).path("databaseId").asString())
                .isEqualTo("acme/orders_p2");
        assertThat(second.body().path("items").get(0).path("databaseId").asString())
                .isEqualTo("acme/orders_p1");
        assertThat(orchestrator
                        .get("/api/v1/migrations?status=failed")
                        .body()
                        .path("items")
                        .size())
                .isZero();
        assertThat(orchestrator.get("/api/v1/migrations?status=nonsense").status())
                .isEqualTo(400);
        Answer ofNobody = orchestrator.get("/api/v1/migrations?tenant=a%00b");
        assertThat(ofNobody.status()).isEqualTo(422);
        assertThat(ofNobody.body().path("code").asString()).isEqualTo("INVALID_NAME");
    }

    @Test
    void oneDatabaseHasOneMigrationAtATime() throws Exception {
        String path = "/api/v1/tenants/acme/databases/orders_twice/migrations";
        Answer first = orchestrator.post(path, "{\"to\":\"dedicated\"}");
        Answer second = orchestrator.post(path, "{\"to\":\"dedicated\"}");

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body().path("code").asString()).isEqualTo("MIGRATION_IN_PROGRESS");
        assertThat(second.body().path("detail").asString())
                .contains(first.body().path("id").asString());
    }
}
