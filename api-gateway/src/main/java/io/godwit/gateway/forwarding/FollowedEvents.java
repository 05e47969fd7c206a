package io.godwit.gateway.forwarding;

import io.godwit.gateway.stream.EventStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.server.mvc.common.MvcUtils;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Makes a service's stream of events one that can be ended. */
final class FollowedEvents implements HandlerFilterFunction<ServerResponse, ServerResponse> {
    @Override
    public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        ServerResponse response = next.handle(request);
        @Nullable InputStream events = MvcUtils.getAttribute(request, MvcUtils.CLIENT_RESPONSE_INPUT_STREAM_ATTR);
        if (events != null) {
            EventStream.of(request.servletRequest())
                    .ifPresent(stream -> MvcUtils.putAttribute(
                            request, MvcUtils.CLIENT_RESPONSE_INPUT_STREAM_ATTR, stream.follow(events)));
        }
        return response;
    }
}
