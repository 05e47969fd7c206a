package io.godwit.gateway.token;

import io.godwit.rest.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Makes the token in the operator's file valid, and one that stood there before invalid. */
@Component
class OperatorTokenSeed implements InitializingBean {
    static final String ID = "tok_operator";

    private final Path file;
    private final TokenTable tokens;
    private final InstantSource clock;

    OperatorTokenSeed(@Value("${godwit.operator-token-file}") Path file, TokenTable tokens, InstantSource clock) {
        this.file = file;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        String secret = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (secret.isEmpty()) {
            throw new IllegalStateException("operator token file " + file + " is blank; expected a random text");
        }
        Token token =
                new Token(ID, "operator", Caller.Role.OPERATOR, null, clock.instant(), "operator token file", null);
        tokens.save(token, new TokenSecret(secret).hash());
    }
}
