package io.godwit.gateway.forwarding;

import io.godwit.gateway.token.GoneTenants;
import io.godwit.rest.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Revokes a tenant's tokens when the tenant has been deleted. Where the gateway fails in between, the client has no
 * answer and asks again, which the service answers the same.
 */
final class TenantDeletions implements HandlerFilterFunction<ServerResponse, ServerResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(TenantDeletions.class);
    private static final String TENANT = "tenant";
    private static final PathPattern PATH = PathPatternParser.defaultInstance.parse("/api/v1/tenants/{" + TENANT + "}");

    private final GoneTenants gone;

    TenantDeletions(GoneTenants gone) {
        this.gone = gone;
    }

    @Override
    public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        ServerResponse response = next.handle(request);
        if (!request.method().equals(HttpMethod.DELETE) || response.statusCode() != HttpStatus.NO_CONTENT) {
            return response;
        }
        PathContainer path = PathContainer.parsePath(request.servletRequest().getRequestURI());
        PathPattern.PathMatchInfo match = PATH.matchAndExtract(path);
        return match == null
                ? response
                : revoke(String.valueOf(match.getUriVariables().get(TENANT)), response);
    }

    private ServerResponse revoke(String tenant, ServerResponse response) {
        try {
            gone.add(tenant);
            return response;
        } catch (DataAccessException e) {
            LOG.atError()
                    .setMessage("The tokens of a deleted tenant could not be revoked")
                    .addKeyValue("tenant", tenant)
                    .setCause(e)
                    .log();
            return ProblemResponse.of(new ProblemException(
                    503,
                    "TOKENS_NOT_REVOKED",
                    "Tenant '" + tenant + "' is deleted, but its tokens could not be revoked; repeat the request"));
        }
    }
}
