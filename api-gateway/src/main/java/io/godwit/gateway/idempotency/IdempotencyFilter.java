package io.godwit.gateway.idempotency;

import io.godwit.gateway.access.BufferedRequest;
import io.godwit.gateway.forwarding.Delivery;
import io.godwit.gateway.token.Principal;
import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import io.godwit.rest.RequestCaller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.WebUtils;

/**
 * Serves a POST with an {@code Idempotency-Key} once and gives the same answer to each repetition. Where nobody knows
 * whether it was served, it is not served again: the client is told to look.
 */
final class IdempotencyFilter extends OncePerRequestFilter {
    static final String KEY_HEADER = "Idempotency-Key";
    static final String REPLAYED_HEADER = "Idempotency-Replayed";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final int SERVER_ERROR = 500;
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyFilter.class);

    private final IdempotencyTable table;

    IdempotencyFilter(IdempotencyTable table) {
        this.table = table;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST")
                || request.getHeader(KEY_HEADER) == null
                || RequestCaller.find(request).isEmpty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String key = request.getHeader(KEY_HEADER);
        if (!KEY.matcher(key).matches()) {
            refuse(request, response, 400, "INVALID_IDEMPOTENCY_KEY", "expected 1 to 255 printable ASCII characters");
            return;
        }
        String principal = Principal.of(request).tokenId();
        switch (table.claim(principal, key, hash(request))) {
            case IdempotencyClaim.Granted() -> serve(request, response, chain, principal, key);
            case IdempotencyClaim.Answered(StoredResponse stored) -> replay(response, stored);
            case IdempotencyClaim.Reused() ->
                refuse(request, response, 422, "IDEMPOTENCY_KEY_REUSED", "it was used for another request");
            case IdempotencyClaim.OutcomeUnknown() ->
                refuse(
                        request,
                        response,
                        409,
                        "IDEMPOTENCY_OUTCOME_UNKNOWN",
                        "nobody knows whether its first request was carried out; look at GET "
                                + WhereToLook.after(request.getRequestURI())
                                + " and, if it was not, send it with a new key");
            case IdempotencyClaim.InFlight() -> {
                response.setHeader(HttpHeaders.RETRY_AFTER, "1");
                refuse(request, response, 409, "IDEMPOTENCY_KEY_IN_FLIGHT", "its first request is still being served");
            }
        }
    }

    private void serve(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain, String principal, String key)
            throws ServletException, IOException {
        ContentCachingResponseWrapper captured = new ContentCachingResponseWrapper(response);
        boolean returned = false;
        try {
            chain.doFilter(request, captured);
            returned = true;
        } finally {
            settle(request, captured, returned, principal, key);
        }
        captured.copyBodyToResponse();
    }

    /** If it can't be written down, the client has its answer all the same; for others the lease ends by itself. */
    private void settle(
            HttpServletRequest request,
            ContentCachingResponseWrapper captured,
            boolean returned,
            String principal,
            String key) {
        try {
            if (mayHaveBeenDone(request, captured, returned)) {
                table.loseSightOf(principal, key);
            } else if (returned && captured.getStatus() < SERVER_ERROR) {
                table.complete(
                        principal,
                        key,
                        StoredResponse.of(
                                captured.getStatus(),
                                captured.getContentType(),
                                captured.getHeader(HttpHeaders.LOCATION),
                                captured.getContentAsByteArray()));
            } else {
                table.giveUp(principal, key);
            }
        } catch (DataAccessException e) {
            LOG.atError()
                    .setMessage("What became of a request with an idempotency key could not be written down")
                    .addKeyValue("token", principal)
                    .addKeyValue("path", request.getRequestURI())
                    .setCause(e)
                    .log();
        }
    }

    /**
     * Nobody knows what became of a request whose answer is lost, or on which the service failed without having foreseen
     * it. A failure that it did foresee says that nothing came of it.
     */
    private static boolean mayHaveBeenDone(HttpServletRequest request, HttpServletResponse captured, boolean returned) {
        return switch (Delivery.of(request)) {
            case NOT_SENT -> false;
            case UNANSWERED -> true;
            case ANSWERED -> !returned || captured.getStatus() == SERVER_ERROR;
        };
    }

    private static void replay(HttpServletResponse response, StoredResponse stored) throws IOException {
        response.setStatus(stored.status());
        response.setHeader(REPLAYED_HEADER, "true");
        if (stored.contentType() != null) {
            response.setContentType(stored.contentType());
        }
        if (stored.location() != null) {
            response.setHeader(HttpHeaders.LOCATION, stored.location());
        }
        response.getOutputStream().write(stored.body());
    }

    private static void refuse(
            HttpServletRequest request, HttpServletResponse response, int status, String code, String why)
            throws IOException {
        Problems.write(
                request, response, new ProblemException(status, code, "The idempotency key can't be used: " + why));
    }

    private static byte[] hash(HttpServletRequest request) {
        BufferedRequest buffered = WebUtils.getNativeRequest(request, BufferedRequest.class);
        if (buffered == null) {
            throw new IllegalStateException("request is not buffered; expected the form filter before");
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String line = request.getMethod() + " " + request.getRequestURI() + "?" + request.getQueryString() + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            return digest.digest(buffered.body());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }
}
