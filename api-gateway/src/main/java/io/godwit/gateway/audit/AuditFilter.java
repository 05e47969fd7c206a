package io.godwit.gateway.audit;

import io.godwit.gateway.token.Principal;
import io.godwit.rest.RequestCaller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Records every call that may change something, whatever became of it. */
final class AuditFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFilter.class);
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final int FAILED = 500;

    private final AuditTable table;
    private final InstantSource clock;

    AuditFilter(AuditTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return READS.contains(request.getMethod())
                || RequestCaller.find(request).isEmpty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean answered = false;
        try {
            chain.doFilter(request, response);
            answered = true;
        } finally {
            write(request, answered ? response.getStatus() : FAILED);
        }
    }

    private void write(HttpServletRequest request, int status) {
        Principal principal = Principal.of(request);
        try {
            table.insert(
                    clock.instant(),
                    principal,
                    request.getRemoteAddr(),
                    request.getMethod(),
                    request.getRequestURI(),
                    status);
        } catch (DataAccessException e) {
            // The call has been answered; the log is the record then.
            LOG.atError()
                    .setMessage("A call could not be written to the audit table")
                    .addKeyValue("caller", principal.caller().name())
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", request.getRequestURI())
                    .addKeyValue("status", status)
                    .setCause(e)
                    .log();
        }
    }
}
