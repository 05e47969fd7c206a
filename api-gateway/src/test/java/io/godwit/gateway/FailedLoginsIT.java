package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailedLoginsIT {
    /** There Spring Boot would believe forwarded headers by itself. */
    private static final String KUBERNETES = "--spring.main.cloud-platform=kubernetes";

    @RegisterExtension
    private static final GatewayFixture gateway =
            new GatewayFixture("--godwit.gateway.failed-logins-per-minute=5", KUBERNETES);

    @Test
    void guesserIsThrottledWhateverAddressItClaimsAndWhoHasLoggedInIsNot() throws Exception {
        String known = gateway.token("known", "viewer", "");
        gateway.get("/api/v1/tenants", known);
        String unused = gateway.token("unused", "viewer", "");
        for (int i = 0; i < 5; i++) {
            assertThat(guess("198.51.100." + i).status()).isEqualTo(401);
        }

        GatewayFixture.Answer throttled = gateway.get("/api/v1/tenants", unused);
        assertThat(throttled.code()).isEqualTo("TOO_MANY_FAILED_LOGINS");
        assertThat(throttled.header("Retry-After")).isEqualTo("60");
        assertThat(gateway.get("/api/v1/tenants", known).status()).isEqualTo(201);
    }

    private static GatewayFixture.Answer guess(String claimed) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/api/v1/tenants"))
                .header("Authorization", "Bearer guess")
                .header("X-Forwarded-For", claimed));
    }
}
