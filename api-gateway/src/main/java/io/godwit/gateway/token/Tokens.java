package io.godwit.gateway.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Service;

/** Tells who holds a bearer token. */
@Service
public class Tokens {
    private static final Duration MEMORY = Duration.ofMinutes(10);
    private static final int MEMORY_SIZE = 10_000;

    private final TokenTable table;
    private final InstantSource clock;

    /** Hashes of tokens that were valid lately. Only the throttle believes it; validity is always looked up. */
    private final Cache<String, Boolean> lately = Caffeine.newBuilder()
            .expireAfterWrite(MEMORY)
            .maximumSize(MEMORY_SIZE)
            .build();

    Tokens(TokenTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    /** Empty if the token is unknown, revoked or expired. */
    public Optional<Principal> authenticate(String bearer) {
        TokenSecret secret = new TokenSecret(bearer);
        Optional<Principal> principal = table.findBySecretHash(secret.hash())
                .filter(token -> token.isValidAt(clock.instant()))
                .map(Token::principal);
        principal.ifPresent(valid -> lately.put(secret.hexHash(), true));
        return principal;
    }

    /** @return those of the tokens' ids whose tokens are neither revoked nor expired */
    public Set<String> validAmong(Set<String> tokenIds) {
        return table.validAmong(tokenIds, clock.instant());
    }

    /** Whether it is no guess: the throttle of failed logins does not lock out those who have logged in. */
    public boolean wasValidLately(String bearer) {
        return lately.getIfPresent(new TokenSecret(bearer).hexHash()) != null;
    }
}
