package io.godwit.cli.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Builds request paths from what people typed. */
public final class ApiPaths {
    private ApiPaths() {}

    /** @return the value as one path segment or query value, so that no character of it changes the path */
    public static String segment(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @return {@code /tenants/{t}/databases/{n}} */
    public static String database(String tenant, String name) {
        return "/tenants/" + segment(tenant) + "/databases/" + segment(name);
    }

    /** @return {@code /migrations/{id}} */
    public static String migration(String id) {
        return "/migrations/" + segment(id);
    }
}
