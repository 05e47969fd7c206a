package io.godwit.provisioning.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisPasswordVerifierTest {
    @Test
    void isTheHashOfSaltAndPassword() {
        // printf 'saltsecret' | openssl dgst -sha256 -binary | base64
        assertThat(RedisPasswordVerifier.of("secret", "salt".getBytes(UTF_8)))
                .isEqualTo("SHA-256$c2FsdA==$vt6QOG1FDOqLd7gi+IhwZeTlq/Eywvncz8x/vUy6XjU=");
    }

    @Test
    void isAnotherEachTime() {
        assertThat(RedisPasswordVerifier.of("secret")).isNotEqualTo(RedisPasswordVerifier.of("secret"));
    }
}
