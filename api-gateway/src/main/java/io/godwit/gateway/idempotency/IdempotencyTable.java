package io.godwit.gateway.idempotency;

import io.godwit.engines.SealedSecret;
import io.godwit.engines.SecretSealer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code idempotent_request}. */
@Repository
class IdempotencyTable {
    /** Longer than a service may take to answer. */
    static final Duration LEASE = Duration.ofSeconds(90);

    static final Duration RETENTION = Duration.ofHours(24);

    private final JdbcClient jdbc;
    private final SecretSealer sealer;
    private final InstantSource clock;
    private final JsonMapper mapper = JsonMapper.builder().build();

    IdempotencyTable(JdbcClient jdbc, SecretSealer sealer, InstantSource clock) {
        this.jdbc = jdbc;
        this.sealer = sealer;
        this.clock = clock;
    }

    IdempotencyClaim claim(String principal, String key, byte[] requestHash) {
        Instant now = clock.instant();
        int inserted = jdbc.sql("""
                        insert into idempotent_request as known (principal, key, request_hash, created_at, lease_until)
                        values (:principal, :key, :hash, :now, :lease)
                        on conflict (principal, key) do update
                        set request_hash = excluded.request_hash, created_at = excluded.created_at,
                            lease_until = excluded.lease_until, status = null, response = null
                        where known.created_at < :forgotten""")
                .param("principal", principal)
                .param("key", key)
                .param("hash", requestHash)
                .param("now", utc(now))
                .param("lease", utc(now.plus(LEASE)))
                .param("forgotten", utc(now.minus(RETENTION)))
                .update();
        return inserted == 1 ? new IdempotencyClaim.Granted() : known(principal, key, requestHash, now);
    }

    private IdempotencyClaim known(String principal, String key, byte[] requestHash, Instant now) {
        return jdbc.sql("select request_hash, lease_until, response from idempotent_request"
                        + " where principal = ? and key = ?")
                .params(principal, key)
                .query((row, number) -> {
                    if (!MessageDigest.isEqual(requestHash, row.getBytes("request_hash"))) {
                        return new IdempotencyClaim.Reused();
                    }
                    boolean leased = now.isBefore(
                            row.getObject("lease_until", OffsetDateTime.class).toInstant());
                    return judge(row.getString("response"), leased);
                })
                .optional()
                // Its owner failed between the two statements and gave it up; the caller may try again at once.
                .orElse(new IdempotencyClaim.InFlight());
    }

    private IdempotencyClaim judge(@Nullable String response, boolean leased) {
        if (response != null) {
            return new IdempotencyClaim.Answered(
                    mapper.readValue(sealer.open(new SealedSecret(response)), StoredResponse.class));
        }
        return leased ? new IdempotencyClaim.InFlight() : new IdempotencyClaim.OutcomeUnknown();
    }

    void complete(String principal, String key, StoredResponse response) {
        jdbc.sql("update idempotent_request set status = ?, response = ? where principal = ? and key = ?")
                .params(
                        response.status(),
                        sealer.seal(mapper.writeValueAsString(response)).sealed(),
                        principal,
                        key)
                .update();
    }

    /** Nothing came of it: the next request with the key is served. */
    void giveUp(String principal, String key) {
        jdbc.sql("delete from idempotent_request where principal = ? and key = ? and status is null")
                .params(principal, key)
                .update();
    }

    /** Ends the lease: it may have been carried out, and no answer will come. */
    void loseSightOf(String principal, String key) {
        jdbc.sql("update idempotent_request set lease_until = ? where principal = ? and key = ? and status is null")
                .params(utc(clock.instant()), principal, key)
                .update();
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    void prune() {
        jdbc.sql("delete from idempotent_request where created_at < ?")
                .param(utc(clock.instant().minus(RETENTION)))
                .update();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
