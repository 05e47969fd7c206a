package io.godwit.gateway.access;

import io.godwit.gateway.token.Principal;
import io.godwit.gateway.token.Tokens;
import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import io.godwit.rest.RequestCaller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets in whoever has a valid bearer token (RFC 6750, section 2.1). */
final class AuthenticationFilter extends OncePerRequestFilter {
    private static final String OPEN_PATH = "/api/v1/openapi.json";
    private static final String SCHEME = "Bearer ";

    private final Tokens tokens;
    private final FailedLogins failures;

    AuthenticationFilter(Tokens tokens, FailedLogins failures) {
        this.tokens = tokens;
        this.failures = failures;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getServletPath().equals(OPEN_PATH);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            refuse(request, response, "The request has no bearer token; expected 'Authorization: Bearer <token>'");
            return;
        }
        String bearer = authorization.substring(SCHEME.length()).strip();
        String address = request.getRemoteAddr();
        if (failures.areTooMany(address) && !tokens.wasValidLately(bearer)) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(FailedLogins.WINDOW.toSeconds()));
            Problems.write(
                    request,
                    response,
                    new ProblemException(
                            429, "TOO_MANY_FAILED_LOGINS", "Too many requests from " + address + " had wrong tokens"));
            return;
        }
        Optional<Principal> principal = tokens.authenticate(bearer);
        if (principal.isEmpty()) {
            failures.count(address);
            refuse(request, response, "The bearer token is unknown, revoked or expired");
            return;
        }
        principal.get().attachTo(request);
        RequestCaller.set(request, principal.get().caller());
        chain.doFilter(request, response);
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, String detail)
            throws IOException {
        Problems.write(request, response, new ProblemException(401, "UNAUTHENTICATED", detail));
    }
}
