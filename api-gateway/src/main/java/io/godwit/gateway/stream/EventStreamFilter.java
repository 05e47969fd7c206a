package io.godwit.gateway.stream;

import io.godwit.gateway.token.Principal;
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

/** Counts a stream of events from before its first byte until after its last. */
final class EventStreamFilter extends OncePerRequestFilter {
    private static final int RETRY_AFTER_SECONDS = 5;

    private final EventStreams streams;

    EventStreamFilter(EventStreams streams) {
        this.streams = streams;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !EventStream.isAt(request.getServletPath())
                || RequestCaller.find(request).isEmpty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<EventStream> opened = streams.open(Principal.of(request).tokenId());
        if (opened.isEmpty()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Integer.toString(RETRY_AFTER_SECONDS));
            Problems.write(
                    request,
                    response,
                    new ProblemException(
                            429,
                            "TOO_MANY_EVENT_STREAMS",
                            "The token follows " + streams.perToken()
                                    + " streams of events; expected one of them to be closed first"));
            return;
        }
        EventStream stream = opened.get();
        try {
            stream.attachTo(request);
            chain.doFilter(request, new FollowingResponse(response, stream));
        } finally {
            streams.close(stream);
        }
    }
}
