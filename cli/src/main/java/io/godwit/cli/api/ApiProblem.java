package io.godwit.cli.api;

import tools.jackson.databind.JsonNode;

/** The platform's refusal of a request: RFC 9457 problem details with a stable code. */
public final class ApiProblem extends RuntimeException {
    private final int status;
    private final String code;
    private final transient JsonNode body;

    ApiProblem(int status, JsonNode body) {
        super(detail(status, body));
        this.status = status;
        this.code = body.path("code").asString("HTTP_" + status);
        this.body = body;
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
