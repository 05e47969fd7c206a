package io.godwit.gateway.token;

import io.godwit.rest.Caller;
import jakarta.servlet.http.HttpServletRequest;

/** The token with which a request was authenticated, and who that is. */
public record Principal(String tokenId, Caller caller) {
    private static final String ATTRIBUTE = Principal.class.getName();

    public void attachTo(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** @throws IllegalStateException if the request has not been authenticated */
    public static Principal of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Principal principal) {
            return principal;
        }
        throw new IllegalStateException("request was not authenticated; expected the authentication filter before");
    }
}
