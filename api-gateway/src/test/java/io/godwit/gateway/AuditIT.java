package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class AuditIT {
    @RegisterExtension
    private static final GatewayFixture gateway = new GatewayFixture("--godwit.gateway.requests-per-second=15");

    @Test
    void changingCallsAreRecordedWithWhoWhatAndResult() throws Exception {
        String viewer = gateway.token("curious", "viewer", "acme");
        gateway.post("/api/v1/tenants", viewer, "{}");
        gateway.get("/api/v1/tenants", viewer);
        gateway.delete("/api/v1/tenants/acme", GatewayFixture.OPERATOR);

        JsonNode items = gateway.get("/api/v1/audit?limit=3", GatewayFixture.OPERATOR)
                .json()
                .path("items");

        assertThat(line(items, 0)).isEqualTo("operator operator DELETE /api/v1/tenants/acme 201");
        assertThat(line(items, 1)).isEqualTo("curious viewer POST /api/v1/tenants 403");
        assertThat(line(items, 2)).isEqualTo("operator operator POST /api/v1/tokens 201");
        assertThat(items.path(1).path("tenant").asString()).isEqualTo("acme");
        assertThat(items.path(0).path("at").asString()).endsWith("Z");
    }

    @Test
    void auditIsPagedFromTheNewestOn() throws Exception {
        String token = gateway.token("pager", "operator", "");
        gateway.delete("/api/v1/tenants/one", token);
        gateway.delete("/api/v1/tenants/two", token);

        JsonNode first = gateway.get("/api/v1/audit?limit=1", token).json();
        JsonNode second = gateway.get(
                        "/api/v1/audit?limit=1&cursor="
                                + first.path("nextCursor").asString(),
                        token)
                .json();

        assertThat(line(first.path("items"), 0)).endsWith("/api/v1/tenants/two 201");
        assertThat(line(second.path("items"), 0)).endsWith("/api/v1/tenants/one 201");
    }

    @Test
    void tokenThatAsksTooOftenIsToldToWaitAndOthersAreNot() throws Exception {
        String busy = gateway.token("busy", "viewer", "");
        GatewayFixture.Answer last = gateway.get("/api/v1/tenants", busy);
        for (int i = 0; i < 100 && last.status() != 429; i++) {
            last = gateway.get("/api/v1/tenants", busy);
        }

        assertThat(last.code()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(last.header("Retry-After")).isEqualTo("1");
        assertThat(gateway.get("/api/v1/tenants", gateway.token("calm", "viewer", ""))
                        .status())
                .isEqualTo(201);
    }

    private static String line(JsonNode items, int index) {
        JsonNode entry = items.path(index);
        return String.join(
                " ",
                entry.path("caller").asString(),
                entry.path("role").asString(),
                entry.path("method").asString(),
                entry.path("path").asString(),
                Integer.toString(entry.path("status").asInt()));
    }
}
