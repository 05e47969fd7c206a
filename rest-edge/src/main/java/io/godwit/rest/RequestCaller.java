package io.godwit.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Keeps the authenticated caller with the request, for controllers and what comes after authentication. */
public final class RequestCaller {
    private static final String ATTRIBUTE = Caller.class.getName();

    private RequestCaller() {}

    public static void set(HttpServletRequest request, Caller caller) {
        request.setAttribute(ATTRIBUTE, caller);
    }

    /** Empty on paths that need no authentication. */
    public static Optional<Caller> find(HttpServletRequest request) {
        return Optional.ofNullable((Caller) request.getAttribute(ATTRIBUTE));
    }
}
