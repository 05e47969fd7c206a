package io.godwit.gateway.access;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.godwit.gateway.token.Principal;
import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import io.godwit.rest.RequestCaller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/** Bounds how many requests a token makes in a second. */
final class RateLimitFilter extends OncePerRequestFilter {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private final int requestsPerSecond;
    private final LoadingCache<String, RateLimiter> limiters;

    RateLimitFilter(int requestsPerSecond) {
        this.requestsPerSecond = requestsPerSecond;
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(requestsPerSecond)
                .limitRefreshPeriod(PERIOD)
                .timeoutDuration(Duration.ZERO)
                .build();
        this.limiters =
                Caffeine.newBuilder().expireAfterAccess(FORGET_AFTER).build(tokenId -> RateLimiter.of(tokenId, config));
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return RequestCaller.find(request).isEmpty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!limiters.get(Principal.of(request).tokenId()).acquirePermission()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(PERIOD.toSeconds()));
            Problems.write(
                    request,
                    response,
                    new ProblemException(
                            429,
                            "TOO_MANY_REQUESTS",
                            "The token makes more than " + requestsPerSecond + " requests per second"));
            return;
        }
        chain.doFilter(request, response);
    }
}
