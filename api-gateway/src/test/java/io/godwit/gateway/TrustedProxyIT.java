package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.GatewayFixture.Answer;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TrustedProxyIT {
    @RegisterExtension
    private static final GatewayFixture gateway = new GatewayFixture(
            "--godwit.gateway.failed-logins-per-minute=3", "--server.forward-headers-strategy=native");

    @Test
    void guessersBehindATrustedProxyAreThrottledOneByOne() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(call("guess", "198.51.100.7").status()).isEqualTo(401);
        }

        assertThat(call("guess", "198.51.100.7").code()).isEqualTo("TOO_MANY_FAILED_LOGINS");
        assertThat(call("guess", "203.0.113.9").status()).isEqualTo(401);
    }

    @Test
    void addressThatTheProxyDidNotSeeItselfIsNotBelieved() throws Exception {
        for (int i = 0; i < 3; i++) {
            call("guess", "192.0.2." + i + ", 198.51.100.8");
        }

        assertThat(call("guess", "192.0.2.99, 198.51.100.8").code()).isEqualTo("TOO_MANY_FAILED_LOGINS");
    }

    private static Answer call(String token, String forwardedFor) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/api/v1/tenants"))
                .header("Authorization", "Bearer " + token)
                .header("X-Forwarded-For", forwardedFor));
    }
}
