package io.godwit.rest;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Tries reads again when a service does not answer, and stops asking a service that has not answered for a while. Writes
 * are not repeated: nobody knows whether the first one arrived.
 */
final class ResilientCalls implements ClientHttpRequestInterceptor {
    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final int WINDOW = 10;
    private static final Duration OPEN = Duration.ofSeconds(2);

    private final String service;
    private final URI baseUrl;
    private final Retry retry;
    private final CircuitBreaker breaker;

    ResilientCalls(String service, URI baseUrl) {
        this.service = service;
        this.baseUrl = baseUrl;
        this.retry = Retry.of(
                service,
                RetryConfig.custom()
                        .maxAttempts(ATTEMPTS)
                        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT))
                        .retryExceptions(IOException.class)
                        .build());
        this.breaker = CircuitBreaker.of(
                service,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(WINDOW)
                        .minimumNumberOfCalls(WINDOW)
                        .waitDurationInOpenState(OPEN)
                        .recordExceptions(IOException.class)
                        .build());
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        try {
            return request.getMethod().equals(HttpMethod.GET)
                    ? retry.executeCheckedSupplier(() -> guarded(request, body, execution))
                    : guarded(request, body, execution);
        } catch (CallNotPermittedException | IOException e) {
            throw unavailable(e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private ClientHttpResponse guarded(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        try {
            return breaker.executeCheckedSupplier(() -> execution.execute(request, body));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private ProblemException unavailable(Exception cause) {
        ProblemException problem = new ProblemException(
                503, "UPSTREAM_UNAVAILABLE", "Service '" + service + "' at " + baseUrl + " does not answer");
        problem.initCause(cause);
        return problem;
    }
}
