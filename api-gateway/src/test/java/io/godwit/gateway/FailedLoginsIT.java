package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailedLoginsIT {
    @RegisterExtension
    private static final GatewayFixture gateway = new GatewayFixture("--godwit.gateway.failed-logins-per-minute=5");

    @Test
    void guesserIsThrottledAndWhoHasLoggedInIsNot() throws Exception {
        String known = gateway.token("known", "viewer", "");
        gateway.get("/api/v1/tenants", known);
        String unused = gateway.token("unused", "viewer", "");
        for (int i = 0; i < 5; i++) {
            assertThat(gateway.get("/api/v1/tenants", "guess-" + i).status()).isEqualTo(401);
        }

        GatewayFixture.Answer throttled = gateway.get("/api/v1/tenants", unused);
        assertThat(throttled.code()).isEqualTo("TOO_MANY_FAILED_LOGINS");
        assertThat(throttled.header("Retry-After")).isEqualTo("60");
        assertThat(gateway.get("/api/v1/tenants", known).status()).isEqualTo(201);
    }
}
