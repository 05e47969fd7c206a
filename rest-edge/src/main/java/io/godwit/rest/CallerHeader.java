package io.godwit.rest;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a {@link Caller} travels from the gateway to a service: as JSON in a request header. */
public final class CallerHeader {
    public static final String NAME = "X-Godwit-Caller";

    /** ASCII, so that the mapper leaves it as it is; in JSON it can only stand in a string. */
    private static final String DEL = "\u007f";

    private static final String ESCAPED_DEL = "\\u007f";

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private CallerHeader() {}

    /** In ASCII without control characters, as a header's value is (RFC 9110, section 5.5). */
    public static String encode(Caller caller) {
        return MAPPER.writeValueAsString(caller).replace(DEL, ESCAPED_DEL);
    }

    /** @throws ProblemException {@code 401 UNAUTHENTICATED} if the header is missing or holds no caller */
    static Caller decode(@Nullable String header) {
        if (header == null) {
            throw refused("is missing");
        }
        try {
            Caller caller = MAPPER.readValue(header, Caller.class);
            if (caller == null || isMissing(caller.name()) || isMissing(caller.role())) {
                throw refused("lacks a name or a role");
            }
            return caller;
        } catch (JacksonException e) {
            throw refused("is no caller in JSON");
        }
    }

    private static ProblemException refused(String what) {
        return new ProblemException(401, "UNAUTHENTICATED", "Header " + NAME + " " + what);
    }

    /** JSON may leave out what the record's type promises. */
    private static boolean isMissing(@Nullable Object component) {
        return component == null;
    }
}
