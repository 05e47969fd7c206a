package io.godwit.gateway.forwarding;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;
import static org.springframework.web.servlet.function.RequestPredicates.path;

import io.godwit.gateway.GatewayProperties;
import io.godwit.gateway.token.GoneTenants;
import io.godwit.rest.InternalToken;
import java.net.URI;
import java.util.Arrays;
import org.springframework.cloud.gateway.server.mvc.config.GatewayMvcProperties;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.cloud.gateway.server.mvc.handler.RestClientProxyExchange;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** The routes to the services. A path that no service serves is not forwarded. */
@Configuration(proxyBeanMethods = false)
class ForwardingConfiguration {
    @Bean
    ProxyExchange proxyExchange(GatewayMvcProperties properties) {
        RestClient client =
                RestClient.builder().requestFactory(new UpstreamRequests()).build();
        return new RestClientProxyExchange(client, properties);
    }

    @Bean
    RouterFunction<ServerResponse> upstreamRoutes(
            GatewayProperties properties, InternalToken token, GoneTenants goneTenants) {
        ForwardedHeaders headers = new ForwardedHeaders(token);
        TenantDeletions deletions = new TenantDeletions(goneTenants);
        return Arrays.stream(Upstream.values())
                .map(upstream -> toUpstream(upstream, upstream.uri(properties.upstreams()), headers, deletions))
                .reduce(RouterFunction::and)
                .orElseThrow();
    }

    private static RouterFunction<ServerResponse> toUpstream(
            Upstream upstream, URI uri, ForwardedHeaders headers, TenantDeletions deletions) {
        RequestPredicate paths = upstream.paths().stream()
                .map(path -> path(path))
                .reduce(RequestPredicate::or)
                .orElseThrow();
        return route(upstream.name())
                .route(paths, http())
                .before(uri(uri))
                .before(headers)
                .filter(deletions)
                .filter(new UpstreamFailures(upstream, uri))
                .filter(new FollowedEvents())
                .build();
    }
}
