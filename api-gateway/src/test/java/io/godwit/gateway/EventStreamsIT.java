package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.GatewayFixture.Answer;
import io.godwit.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventStreamsIT {
    private static final String EVENTS = "/api/v1/migrations/mig_a/events";
    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    private static final GatewayFixture gateway = new GatewayFixture("--godwit.gateway.event-streams-per-token=2");

    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void holdStreams() {
        gateway.upstream.holdSecondEventAt(end);
    }

    @AfterEach
    void letStreamsEnd() {
        end.countDown();
    }

    @Test
    void streamEndsWithItsToken() throws Exception {
        CompletableFuture<String> revoked = rest(open(gateway.token("revoked", "viewer", "")));
        CompletableFuture<String> expired = rest(open(gateway.token("expired", "viewer", "")));
        CompletableFuture<String> kept = rest(open(gateway.token("kept", "viewer", "")));

        gateway.jdbc().sql("delete from token where name = 'revoked'").update();
        gateway.jdbc()
                .sql("update token set expires_at = now() where name = 'expired'")
                .update();

        assertThat(revoked.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join()).doesNotContain("second");
        assertThat(expired.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join()).doesNotContain("second");
        end.countDown();
        assertThat(kept.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join()).contains("data: second");
    }

    @Test
    void tokenFollowsSoManyStreamsAndNoMore() throws Exception {
        String token = gateway.token("eager", "viewer", "");
        CompletableFuture<String> first = rest(open(token));
        CompletableFuture<String> second = rest(open(token));

        Answer third = gateway.get(EVENTS, token);

        assertThat(third.status()).isEqualTo(429);
        assertThat(third.code()).isEqualTo("TOO_MANY_EVENT_STREAMS");
        assertThat(third.header("Retry-After")).isEqualTo("5");
        assertThat(third.json().path("detail").asString()).contains("2 streams", "expected");
        assertThat(gateway.get("/api/v1/migrations", token).status()).isEqualTo(201);
        end.countDown();
        first.join();
        second.join();
        Eventually.await(
                "room for another stream",
                SOON,
                () -> gateway.get(EVENTS, token).status() == 200);
    }

    @Test
    void streamWhoseClientHasGoneIsNotReadOn() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        gateway.upstream.streamUntilGone(gone);
        try {
            open(gateway.token("goer", "viewer", "")).close();

            assertThat(gone.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            gone.countDown();
        }
    }

    private static InputStream open(String token) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = gateway.http()
                .send(
                        HttpRequest.newBuilder(gateway.uri(EVENTS))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static CompletableFuture<String> rest(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }
}
