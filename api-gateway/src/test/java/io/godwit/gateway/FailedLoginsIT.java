package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FailedLoginsIT {
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws IOException {
        gateway = new GatewayFixture("--godwit.gateway.failed-logins-per-minute=5");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

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
