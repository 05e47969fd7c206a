package io.godwit.provisioning.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class PostgresScramVerifierTest {
    /** The exchange of RFC 7677, section 3. */
    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";

    private static final String AUTH_MESSAGE = "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=" + SALT + ",i=4096,"
            + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    @Test
    void serverKeySignsTheExampleOfTheStandard() throws Exception {
        String verifier = PostgresScramVerifier.of("pencil", Base64.getDecoder().decode(SALT), 4096);

        assertThat(verifier).startsWith("SCRAM-SHA-256$4096:" + SALT + "$");
        byte[] serverKey = Base64.getDecoder().decode(verifier.substring(verifier.lastIndexOf(':') + 1));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(serverKey, "HmacSHA256"));
        assertThat(Base64.getEncoder().encodeToString(mac.doFinal(AUTH_MESSAGE.getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void samePasswordHasAnotherVerifierEachTime() {
        assertThat(PostgresScramVerifier.of("pencil")).isNotEqualTo(PostgresScramVerifier.of("pencil"));
    }

    @Test
    void passwordThatNeedsPreparationIsRefused() {
        assertThatThrownBy(() -> PostgresScramVerifier.of("crayön")).hasMessageContaining("ASCII");
    }
}
