package io.godwit.gateway.forwarding;

import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Says which service does not answer. */
final class UpstreamFailures implements HandlerFilterFunction<ServerResponse, ServerResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamFailures.class);

    private final String service;
    private final URI uri;

    UpstreamFailures(Upstream upstream, URI uri) {
        this.service = upstream.name().toLowerCase(Locale.ROOT);
        this.uri = uri;
    }

    @Override
    public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        try {
            return next.handle(request);
        } catch (ResourceAccessException e) {
            LOG.atWarn()
                    .setMessage("A service did not answer")
                    .addKeyValue("service", service)
                    .addKeyValue("uri", uri)
                    .addKeyValue("reason", String.valueOf(e.getMostSpecificCause()))
                    .log();
            ProblemException problem = isTimeout(e)
                    ? new ProblemException(
                            504, "UPSTREAM_TIMEOUT", "Service '" + service + "' took too long; it may still do it")
                    : new ProblemException(
                            503, "UPSTREAM_UNAVAILABLE", "Service '" + service + "' does not answer; try again later");
            return ServerResponse.status(problem.status()).build((servletRequest, response) -> {
                Problems.write(servletRequest, response, problem);
                return null;
            });
        }
    }

    private static boolean isTimeout(ResourceAccessException e) {
        return e.getMostSpecificCause() instanceof HttpTimeoutException timeout
                && !(timeout instanceof java.net.http.HttpConnectTimeoutException);
    }
}
