package io.godwit.engines;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A secret encrypted by a {@link SecretSealer}. It may be stored and sent in messages; only a holder of the master key
 * reads it.
 *
 * @param sealed base64 of the nonce followed by the ciphertext and its authentication tag
 */
public record SealedSecret(@JsonValue String sealed) {
    @JsonCreator
    public SealedSecret {}

    @Override
    public String toString() {
        return "SealedSecret[…]";
    }
}
