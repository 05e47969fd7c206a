package io.godwit.cli.api;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The platform's refusal of a request: RFC 9457 problem details with a stable code. Also any other answer whose HTTP
 * status is no success, such as a redirect, which is not followed.
 */
public final class ApiProblem extends RuntimeException {
    private final int status;
    private final String code;
    private final transient JsonNode body;

    /** @param location where a redirect leads; null if the answer names nothing */
    ApiProblem(int status, JsonNode body, @Nullable String location) {
        super(status >= 300 && status < 400 ? redirect(status, location) : detail(status, body));
        this.status = status;
        this.code = body.path("code").asString("HTTP_" + status);
        this.body = body;
    }

    private static String redirect(int status, @Nullable String location) {
        return "HTTP status " + status + " leads to " + (location == null ? "no other address" : location)
                + "; expected the platform itself at the address given";
    }

    private static String detail(int status, JsonNode body) {
        String title = body.path("title").asString("The platform answered HTTP status " + status);
        return body.path("detail").asString(title);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Stable and in upper snake case, for example {@code TENANT_NOT_FOUND}. */
    public String code() {
        return code;
    }

    /** The problem as the platform sent it. */
    public JsonNode body() {
        return body;
    }
}
