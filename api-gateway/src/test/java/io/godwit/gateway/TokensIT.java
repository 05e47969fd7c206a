package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.GatewayFixture.Answer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TokensIT {
    @RegisterExtension
    private static final GatewayFixture gateway = new GatewayFixture();

    @Test
    void requestWithoutATokenIsTold() throws Exception {
        Answer answer = gateway.send(HttpRequest.newBuilder(gateway.uri("/api/v1/tenants")));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void wrongTokenIsRefused() throws Exception {
        assertThat(gateway.get("/api/v1/tenants", "wrong").status()).isEqualTo(401);
    }

    @Test
    void newTokenIsShownOnceAndStoredOnlyAsItsHash() throws Exception {
        Answer created = gateway.post(
                "/api/v1/tokens",
                GatewayFixture.OPERATOR,
                "{\"name\":\"once\",\"role\":\"viewer\",\"tenant\":\"acme\"}");
        String token = created.json().path("token").asString();

        assertThat(created.status()).isEqualTo(201);
        assertThat(gateway.get("/api/v1/servers", token).status()).isEqualTo(201);
        assertThat(gateway.get("/api/v1/tokens", GatewayFixture.OPERATOR)
                        .response()
                        .body())
                .contains("\"once\"")
                .doesNotContain(token);
        List<byte[]> stored = gateway.jdbc()
                .sql("select secret_hash from token")
                .query(byte[].class)
                .list();
        assertThat(stored).noneMatch(hash -> new String(hash, StandardCharsets.ISO_8859_1).contains(token));
    }

    @Test
    void revokedTokenIsRefusedAtOnce() throws Exception {
        Answer created =
                gateway.post("/api/v1/tokens", GatewayFixture.OPERATOR, "{\"name\":\"gone\",\"role\":\"operator\"}");
        String token = created.json().path("token").asString();
        assertThat(gateway.get("/api/v1/tenants", token).status()).isEqualTo(201);

        Answer revoked =
                gateway.delete("/api/v1/tokens/" + created.json().path("id").asString(), GatewayFixture.OPERATOR);

        assertThat(revoked.status()).isEqualTo(204);
        assertThat(gateway.get("/api/v1/tenants", token).status()).isEqualTo(401);
    }

    @Test
    void expiredTokenIsRefused() throws Exception {
        String token = gateway.token("expiring", "operator", "");
        gateway.jdbc()
                .sql("update token set expires_at = now() - interval '1 s' where name = 'expiring'")
                .update();

        assertThat(gateway.get("/api/v1/tenants", token).status()).isEqualTo(401);
    }

    @Test
    void tokensOfADeletedTenantLetNobodyIn() throws Exception {
        String admin = gateway.token("left", "tenant-admin", "leaver");
        String late = gateway.token("late", "viewer", "acme");
        String neighbour = gateway.token("neighbour", "tenant-admin", "leaver2");
        gateway.upstream.answerWith(204);

        assertThat(gateway.delete("/api/v1/tenants/%6ceaver", GatewayFixture.OPERATOR)
                        .status())
                .isEqualTo(204);

        gateway.upstream.answerWith(201);
        assertThat(gateway.get("/api/v1/tenants", admin).status()).isEqualTo(401);
        assertThat(gateway.get("/api/v1/tenants", neighbour).status()).isEqualTo(201);
        // As if it had been made while the tenant was being deleted.
        gateway.jdbc()
                .sql("update token set tenant = 'leaver' where name = 'late'")
                .update();
        assertThat(gateway.get("/api/v1/tenants", late).status()).isEqualTo(401);
        Answer anew = gateway.post(
                "/api/v1/tokens",
                GatewayFixture.OPERATOR,
                "{\"name\":\"anew\",\"role\":\"viewer\",\"tenant\":\"leaver\"}");
        assertThat(anew.status()).isEqualTo(404);
        assertThat(anew.code()).isEqualTo("TENANT_NOT_FOUND");
        assertThat(anew.json().path("detail").asString()).contains("'leaver'");
    }

    @Test
    void tokensOfATenantThatIsNotDeletedStayValid() throws Exception {
        String admin = gateway.token("stayer", "tenant-admin", "stays");
        gateway.upstream.answerWith(409);
        gateway.delete("/api/v1/tenants/stays", GatewayFixture.OPERATOR);
        gateway.upstream.answerWith(204);
        gateway.delete("/api/v1/tenants/stays/databases/orders", admin);
        gateway.upstream.answerWith(201);

        assertThat(gateway.get("/api/v1/tenants", admin).status()).isEqualTo(201);
    }

    @Test
    void deletionWhoseTokensCouldNotBeRevokedIsToBeRepeated() throws Exception {
        String admin = gateway.token("kept", "tenant-admin", "halfway");
        gateway.upstream.answerWith(204);
        gateway.jdbc()
                .sql("alter table gone_tenant add constraint full_disk check (false) not valid")
                .update();
        Answer halfway;
        try {
            halfway = gateway.delete("/api/v1/tenants/halfway", GatewayFixture.OPERATOR);
        } finally {
            gateway.jdbc()
                    .sql("alter table gone_tenant drop constraint full_disk")
                    .update();
        }

        assertThat(halfway.status()).isEqualTo(503);
        assertThat(halfway.code()).isEqualTo("TOKENS_NOT_REVOKED");
        assertThat(gateway.delete("/api/v1/tenants/halfway", GatewayFixture.OPERATOR)
                        .status())
                .isEqualTo(204);
        assertThat(gateway.get("/api/v1/tenants", admin).status()).isEqualTo(401);
    }

    @Test
    void operatorsOwnTokenCanNotBeRevoked() throws Exception {
        assertThat(gateway.delete("/api/v1/tokens/tok_operator", GatewayFixture.OPERATOR)
                        .code())
                .isEqualTo("TOKEN_IN_USE");
    }

    @Test
    void tenantAdminManagesTheTokensOfTheOwnTenantOnly() throws Exception {
        String admin = gateway.token("admin", "tenant-admin", "globex");
        gateway.token("stranger", "viewer", "initech");

        Answer own = gateway.post(
                "/api/v1/tokens", admin, "{\"name\":\"colleague\",\"role\":\"viewer\",\"tenant\":\"globex\"}");
        Answer foreign =
                gateway.post("/api/v1/tokens", admin, "{\"name\":\"spy\",\"role\":\"viewer\",\"tenant\":\"initech\"}");
        Answer above = gateway.post("/api/v1/tokens", admin, "{\"name\":\"root\",\"role\":\"operator\"}");
        Answer everywhere = gateway.post("/api/v1/tokens", admin, "{\"name\":\"all\",\"role\":\"viewer\"}");

        assertThat(own.status()).isEqualTo(201);
        assertThat(List.of(foreign.status(), above.status(), everywhere.status()))
                .containsOnly(403);
        assertThat(gateway.get("/api/v1/tokens", admin).json().path("items").valueStream())
                .allMatch(token -> token.path("tenant").asString().equals("globex"))
                .hasSize(2);
        assertThat(gateway.delete("/api/v1/tokens/" + idOf("stranger"), admin).status())
                .isEqualTo(404);
    }

    @Test
    void callerBoundToATenantReachesNoOther() throws Exception {
        String admin = gateway.token("bound", "tenant-admin", "globex");

        assertThat(gateway.get("/api/v1/tenants/globex/databases", admin).status())
                .isEqualTo(201);
        assertThat(gateway.get("/api/v1/tenants/acme/databases", admin).code()).isEqualTo("FORBIDDEN");
        assertThat(gateway.get("/api/v1/tenants/%61cme/databases", admin).code())
                .isEqualTo("FORBIDDEN");
    }

    @Test
    void viewerChangesNothing() throws Exception {
        String viewer = gateway.token("viewer", "viewer", "");

        assertThat(gateway.get("/api/v1/tenants", viewer).status()).isEqualTo(201);
        assertThat(gateway.post("/api/v1/tenants", viewer, "{}").code()).isEqualTo("FORBIDDEN");
        assertThat(gateway.delete("/api/v1/tenants/acme", viewer).code()).isEqualTo("FORBIDDEN");
        assertThat(gateway.get("/api/v1/tokens", viewer).code()).isEqualTo("FORBIDDEN");
        assertThat(gateway.get("/api/v1/audit", viewer).code()).isEqualTo("FORBIDDEN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"\",\"role\":\"viewer\"}             | 422 | VALIDATION_FAILED | name",
                "{\"name\":\"a\\u0000b\",\"role\":\"viewer\"}   | 422 | VALIDATION_FAILED | name",
                "{\"name\":\"a\\u007fb\",\"role\":\"viewer\"}   | 422 | VALIDATION_FAILED | name",
                "{\"name\":\"x\"}                                | 422 | VALIDATION_FAILED | role",
                "{\"name\":\"x\",\"role\":\"king\"}              | 422 | VALIDATION_FAILED | role",
                "{\"name\":\"x\",\"role\":\"tenant-admin\"}      | 422 | VALIDATION_FAILED | tenant",
                "{\"name\":\"x\",\"role\":\"viewer\",\"tenant\":\"A'\"} | 422 | INVALID_NAME | A'",
                "{\"name\":\"x\",\"role\":\"viewer\",\"expiresAt\":\"2001-01-01T00:00:00Z\"} | 422 | VALIDATION_FAILED | expiresAt",
                "{\"name\":\"x\",\"role\":\"viewer\",\"colour\":1} | 422 | VALIDATION_FAILED | colour",
                "{\"name\":                                      | 400 | MALFORMED_JSON    | line 1",
                "[]                                              | 422 | VALIDATION_FAILED | body"
            })
    void unusableBodyGetsAProblemThatNamesWhatIsWrong(String body, int status, String code, String named)
            throws Exception {
        Answer answer = gateway.post("/api/v1/tokens", GatewayFixture.OPERATOR, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().path("detail").asString()).contains(named);
    }

    @Test
    void listIsPaged() throws Exception {
        for (int i = 0; i < 3; i++) {
            gateway.token("page-" + i, "viewer", "paging");
        }
        String admin = gateway.token("page-admin", "tenant-admin", "paging");

        JsonNode first = gateway.get("/api/v1/tokens?limit=3", admin).json();
        JsonNode second = gateway.get(
                        "/api/v1/tokens?limit=3&cursor="
                                + first.path("nextCursor").asString(),
                        admin)
                .json();

        assertThat(first.path("items").size()).isEqualTo(3);
        assertThat(second.path("items").size()).isEqualTo(1);
        assertThat(second.path("nextCursor").isNull()).isTrue();
        assertThat(gateway.get("/api/v1/tokens?limit=0", admin).code()).isEqualTo("INVALID_PARAMETER");
        assertThat(gateway.get("/api/v1/tokens?cursor=zzz", admin).code()).isEqualTo("INVALID_PARAMETER");
    }

    private static String idOf(String name) {
        return gateway.jdbc()
                .sql("select id from token where name = ?")
                .param(name)
                .query(String.class)
                .single();
    }
}
