package io.godwit.gateway.idempotency;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An answer to be given again.
 *
 * @param base64Body the body, in base64 because it is stored as text
 */
record StoredResponse(
        int status, @Nullable String contentType, @Nullable String location, String base64Body) {
    static StoredResponse of(int status, @Nullable String contentType, @Nullable String location, byte[] body) {
        return new StoredResponse(
                status, contentType, location, Base64.getEncoder().encodeToString(body));
    }

    byte[] body() {
        return Base64.getDecoder().decode(base64Body);
    }
}
