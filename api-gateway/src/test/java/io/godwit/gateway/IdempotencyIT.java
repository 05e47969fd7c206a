package io.godwit.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.GatewayFixture.Answer;
import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyIT {
    private static final String PATH = "/api/v1/tenants/acme/databases";
    private static final String BODY = "{\"name\":\"orders\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    private static final GatewayFixture gateway = new GatewayFixture();

    @Test
    void repeatedRequestIsServedOnceAndAnsweredTheSame() throws Exception {
        Map<String, String> key = key();
        Answer first = gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);
        Answer second = gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);

        assertThat(gateway.upstream.received()).hasSize(1);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.response().body()).isEqualTo(first.response().body());
        assertThat(second.header("Location")).isEqualTo("/api/v1/somewhere");
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void storedAnswerIsSealed() throws Exception {
        Answer answer = gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key());

        String password = answer.json().path("password").asString();
        assertThat(gateway.jdbc()
                        .sql("select response from idempotent_request where status = 201")
                        .query(String.class)
                        .list())
                .isNotEmpty()
                .noneMatch(stored -> stored.contains(password));
    }

    @Test
    void withoutAKeyEveryRequestIsServed() throws Exception {
        gateway.post(PATH, GatewayFixture.OPERATOR, BODY);
        gateway.post(PATH, GatewayFixture.OPERATOR, BODY);

        assertThat(gateway.upstream.received()).hasSize(2);
    }

    @Test
    void keyOfAnotherRequestIsRefused() throws Exception {
        Map<String, String> key = key();
        gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);

        assertThat(gateway.post(PATH, GatewayFixture.OPERATOR, "{\"name\":\"stock\"}", key)
                        .code())
                .isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(gateway.post("/api/v1/tenants", GatewayFixture.OPERATOR, BODY, key)
                        .status())
                .isEqualTo(422);
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void sameKeyOfAnotherCallerIsAnotherRequest() throws Exception {
        Map<String, String> key = key();
        String other = gateway.token("other", "operator", "");
        gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);

        assertThat(gateway.post(PATH, other, BODY, key).status()).isEqualTo(201);
        assertThat(gateway.upstream.received()).hasSize(2);
    }

    @Test
    void repetitionWhileTheFirstIsServedIsToldToWait() throws Exception {
        Map<String, String> key = key();
        CountDownLatch gate = new CountDownLatch(1);
        gateway.upstream.holdAt(gate);
        CompletableFuture<Answer> first = gateway.postAsync(PATH, GatewayFixture.OPERATOR, BODY, key);
        Eventually.await(
                "request at the upstream",
                PATIENCE,
                () -> gateway.upstream.received().size() == 1);

        Answer second = gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);
        gate.countDown();

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.code()).isEqualTo("IDEMPOTENCY_KEY_IN_FLIGHT");
        assertThat(second.header("Retry-After")).isEqualTo("1");
        assertThat(first.join().status()).isEqualTo(201);
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void requestWhoseGatewayDiedIsNotServedAgainAfterItsLease() throws Exception {
        Map<String, String> key = key();
        gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);
        gateway.jdbc()
                .sql("update idempotent_request set status = null, response = null where key = ?")
                .param(key.get("Idempotency-Key"))
                .update();
        assertThat(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key).code())
                .isEqualTo("IDEMPOTENCY_KEY_IN_FLIGHT");
        gateway.jdbc()
                .sql("update idempotent_request set lease_until = now() - interval '1 s' where key = ?")
                .param(key.get("Idempotency-Key"))
                .update();

        assertOutcomeUnknown(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key));
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void requestWhoseAnswerIsLostIsNotSentAgain(int bytesOfTheAnswer) throws Exception {
        Map<String, String> key = key();
        gateway.upstream.cutAnswersAfter(bytesOfTheAnswer);
        Answer lost = gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);
        gateway.upstream.answerWith(201);

        assertThat(lost.status()).isEqualTo(502);
        assertThat(lost.code()).isEqualTo("UPSTREAM_ANSWER_LOST");
        assertOutcomeUnknown(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key));
        assertThat(gateway.upstream.received()).hasSize(1);
        assertThat(gateway.post(PATH, GatewayFixture.OPERATOR, "{\"name\":\"stock\"}", key)
                        .code())
                .isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void requestOnWhichTheServiceFailedUnforeseenIsNotSentAgain() throws Exception {
        Map<String, String> key = key();
        gateway.upstream.answerWith(500);
        assertThat(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key).status())
                .isEqualTo(500);
        gateway.upstream.answerWith(201);

        assertOutcomeUnknown(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key));
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void failureThatTheServiceForesawIsNotRemembered() throws Exception {
        Map<String, String> key = key();
        gateway.upstream.answerWith(503);
        assertThat(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key).status())
                .isEqualTo(503);
        gateway.upstream.answerWith(201);

        assertThat(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key).status())
                .isEqualTo(201);
    }

    @Test
    void requestThatNeverReachedItsServiceMayBeRepeated() throws Exception {
        Map<String, String> key = key();
        String unreachable = "/api/v1/backups/bkp_a/verify";

        for (int i = 0; i < 2; i++) {
            assertThat(gateway.post(unreachable, GatewayFixture.OPERATOR, "", key)
                            .code())
                    .isEqualTo("UPSTREAM_UNAVAILABLE");
        }
    }

    @Test
    void answerThatCanNotBeStoredReachesTheClient() throws Exception {
        Map<String, String> key = key();
        gateway.jdbc()
                .sql("alter table idempotent_request add constraint full_disk check (response is null) not valid")
                .update();
        Answer answer;
        try {
            answer = gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);
        } finally {
            gateway.jdbc()
                    .sql("alter table idempotent_request drop constraint full_disk")
                    .update();
        }

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("password").asString()).startsWith("s3cret-");
        assertThat(gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key).code())
                .isEqualTo("IDEMPOTENCY_KEY_IN_FLIGHT");
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void keyIsForgottenAfterADay() throws Exception {
        Map<String, String> key = key();
        gateway.post(PATH, GatewayFixture.OPERATOR, BODY, key);
        gateway.jdbc()
                .sql("update idempotent_request set created_at = now() - interval '25 h' where key = ?")
                .param(key.get("Idempotency-Key"))
                .update();

        gateway.post(PATH, GatewayFixture.OPERATOR, "{\"name\":\"stock\"}", key);

        assertThat(gateway.upstream.received()).hasSize(2);
    }

    @Test
    void unusableKeyIsRefused() throws Exception {
        Answer answer = gateway.post(PATH, GatewayFixture.OPERATOR, BODY, Map.of("Idempotency-Key", "k".repeat(256)));

        assertThat(answer.code()).isEqualTo("INVALID_IDEMPOTENCY_KEY");
    }

    private static void assertOutcomeUnknown(Answer repetition) {
        assertThat(repetition.status()).isEqualTo(409);
        assertThat(repetition.code()).isEqualTo("IDEMPOTENCY_OUTCOME_UNKNOWN");
        assertThat(repetition.json().path("detail").asString()).contains("GET " + PATH, "new key");
    }

    private static Map<String, String> key() {
        return Map.of("Idempotency-Key", UUID.randomUUID().toString());
    }
}
