package io.godwit.gateway.access;

import io.godwit.rest.Caller;
import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import io.godwit.rest.RequestCaller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what a role can't do on any path. The services decide again, with what they know: to whom a migration or a
 * backup belongs.
 */
final class AccessFilter extends OncePerRequestFilter {
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final List<String> TENANT_PATH = List.of("api", "v1", "tenants");

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return RequestCaller.find(request).isEmpty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            check(RequestCaller.find(request).orElseThrow(), request.getMethod(), request.getRequestURI());
        } catch (ProblemException e) {
            Problems.write(request, response, e);
            return;
        }
        chain.doFilter(request, response);
    }

    /** @throws ProblemException {@code 403 FORBIDDEN} */
    static void check(Caller caller, String method, String path) {
        boolean writes = !READS.contains(method);
        if (writes && caller.role() == Caller.Role.VIEWER) {
            throw new ProblemException(
                    403, "FORBIDDEN", "Caller '" + caller.name() + "' is a viewer and may not change anything");
        }
        List<String> names = PathContainer.parsePath(path).elements().stream()
                .filter(PathSegment.class::isInstance)
                .map(segment -> ((PathSegment) segment).valueToMatch())
                .toList();
        if (names.size() > TENANT_PATH.size()
                && names.subList(0, TENANT_PATH.size()).equals(TENANT_PATH)) {
            caller.requireRead(names.get(TENANT_PATH.size()));
        }
    }
}
