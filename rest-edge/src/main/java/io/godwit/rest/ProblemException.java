package io.godwit.rest;

/** A request that can't be served; becomes an RFC 9457 problem with a stable {@code code}. */
public final class ProblemException extends RuntimeException {
    private static final int FIRST_SERVER_ERROR = 500;

    private final int status;
    private final String code;

    /**
     * @param status the HTTP status
     * @param code stable and in upper snake case, for example {@code TENANT_NOT_FOUND}
     * @param detail for people: what was wrong, the value, what was expected; never a secret
     */
    public ProblemException(int status, String code, String detail) {
        super(detail);
        this.status = status;
        this.code = code;
    }

    static ProblemException forbidden(String caller, String action, String tenant) {
        return new ProblemException(
                403,
                "FORBIDDEN",
                "Caller '" + caller + "' may not " + action + " what belongs to tenant '" + tenant + "'");
    }

    static ProblemException unauthenticated() {
        return new ProblemException(401, "UNAUTHENTICATED", "The request carries no valid credentials");
    }

    static ProblemException invalidParameter(String name, String value, String expected) {
        return new ProblemException(
                400, "INVALID_PARAMETER", "parameter '" + name + "' is '" + value + "'; expected " + expected);
    }

    public int status() {
        return status;
    }

    /** Whether it may pass by itself, since it is not the request that was wrong. */
    public boolean isServerError() {
        return status >= FIRST_SERVER_ERROR;
    }

    public String code() {
        return code;
    }
}
