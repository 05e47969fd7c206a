package io.godwit.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets only the gateway and other services in, and takes from them who the caller is. */
final class InternalTokenFilter extends OncePerRequestFilter {
    private static final String OPEN_PATH = "/actuator/";

    private final InternalToken token;

    InternalTokenFilter(InternalToken token) {
        this.token = token;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        // The servlet path is decoded and normalised, so that no "/actuator/../api" slips through.
        return request.getServletPath().startsWith(OPEN_PATH);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!token.matches(request.getHeader(InternalToken.HEADER))) {
            Problems.write(request, response, ProblemException.unauthenticated());
            return;
        }
        try {
            RequestCaller.set(request, CallerHeader.decode(request.getHeader(CallerHeader.NAME)));
        } catch (ProblemException e) {
            Problems.write(request, response, e);
            return;
        }
        chain.doFilter(request, response);
    }
}
