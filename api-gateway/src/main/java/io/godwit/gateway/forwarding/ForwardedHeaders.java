package io.godwit.gateway.forwarding;

import io.godwit.rest.CallerHeader;
import io.godwit.rest.InternalToken;
import io.godwit.rest.RequestCaller;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.ServerRequest;

/** Replaces the client's credentials by the services' own; what a client says about itself does not get through. */
final class ForwardedHeaders implements Function<ServerRequest, ServerRequest> {
    private static final String RESERVED = "x-godwit-";

    private final InternalToken token;

    ForwardedHeaders(InternalToken token) {
        this.token = token;
    }

    @Override
    public ServerRequest apply(ServerRequest request) {
        String caller =
                CallerHeader.encode(RequestCaller.find(request.servletRequest()).orElseThrow());
        return ServerRequest.from(request)
                .headers(headers -> replace(headers, caller))
                .build();
    }

    private void replace(HttpHeaders headers, String caller) {
        List<String> reserved = headers.headerNames().stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(RESERVED))
                .toList();
        reserved.forEach(headers::remove);
        headers.remove(HttpHeaders.AUTHORIZATION);
        headers.remove(HttpHeaders.COOKIE);
        headers.set(InternalToken.HEADER, token.value());
        headers.set(CallerHeader.NAME, caller);
    }
}
