package io.godwit.gateway.forwarding;

import io.godwit.rest.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Says which service does not answer, and whether it may have done what it was asked to. */
final class UpstreamFailures implements HandlerFilterFunction<ServerResponse, ServerResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamFailures.class);
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private final String service;
    private final URI uri;

    UpstreamFailures(Upstream upstream, URI uri) {
        this.service = upstream.name().toLowerCase(Locale.ROOT);
        this.uri = uri;
    }

    @Override
    public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        HttpServletRequest servletRequest = request.servletRequest();
        Delivery.UNANSWERED.attachTo(servletRequest);
        try {
            return new WholeAnswer(next.handle(request), failure -> judge(servletRequest, failure));
        } catch (ResourceAccessException e) {
            if (isAny(e, ConnectException.class) || isAny(e, HttpConnectTimeoutException.class)) {
                Delivery.NOT_SENT.attachTo(servletRequest);
            }
            return ProblemResponse.of(judge(servletRequest, e));
        }
    }

    private ProblemException judge(HttpServletRequest request, Exception failure) {
        LOG.atWarn()
                .setMessage("A service did not answer")
                .addKeyValue("service", service)
                .addKeyValue("uri", uri)
                .addKeyValue("reason", NestedExceptionUtils.getMostSpecificCause(failure))
                .log();
        boolean unanswered = Delivery.of(request) == Delivery.UNANSWERED;
        if (unanswered && isAny(failure, HttpTimeoutException.class)) {
            return new ProblemException(
                    504, "UPSTREAM_TIMEOUT", "Service '" + service + "' took too long; it may still do it");
        }
        if (unanswered && !READS.contains(request.getMethod())) {
            return new ProblemException(
                    502,
                    "UPSTREAM_ANSWER_LOST",
                    "The connection to service '" + service + "' broke before its answer; it may have done it");
        }
        return new ProblemException(
                503, "UPSTREAM_UNAVAILABLE", "Service '" + service + "' does not answer; try again later");
    }

    private static boolean isAny(Exception failure, Class<? extends IOException> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
