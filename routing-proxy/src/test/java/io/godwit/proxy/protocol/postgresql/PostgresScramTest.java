package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class PostgresScramTest {
    // The example of RFC 7677, section 3.
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private static final String SERVER_FIRST = "r=" + CLIENT_NONCE + SERVER_NONCE + ",s=" + SALT + ",i=4096";
    private static final String CLIENT_FINAL =
            "c=biws,r=" + CLIENT_NONCE + SERVER_NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static final PostgresScramKeys KEYS =
            PostgresScramKeys.derive("pencil", Base64.getDecoder().decode(SALT), 4096);
    private static final PostgresScramVerifier VERIFIER =
            new PostgresScramVerifier(Base64.getDecoder().decode(SALT), 4096, KEYS.storedKey(), KEYS.serverKey());

    @Test
    void theClientSpeaksAsTheExampleOfTheRfc() {
        PostgresScramClient client = new PostgresScramClient("user", CLIENT_NONCE);
        assertThat(client.first()).isEqualTo("n,,n=user,r=" + CLIENT_NONCE);
        client.onServerFirst(SERVER_FIRST);
        assertThat(client.last(KEYS)).isEqualTo(CLIENT_FINAL);
        assertThat(client.verify(SERVER_FINAL)).isTrue();
        assertThat(client.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="))
                .isFalse();
    }

    @Test
    void theServerSpeaksAsTheExampleOfTheRfc() {
        PostgresScramServer server = new PostgresScramServer(VERIFIER, SERVER_NONCE);
        assertThat(server.onClientFirst("n,,n=user,r=" + CLIENT_NONCE)).isEqualTo(SERVER_FIRST);
        assertThat(server.onClientFinal(CLIENT_FINAL)).isEqualTo(SERVER_FINAL);
    }

    @Test
    void theVerifierThatPostgresqlStoresIsReadAndWritten() {
        String stored = VERIFIER.toText();
        assertThat(stored).startsWith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
        PostgresScramServer server = new PostgresScramServer(PostgresScramVerifier.parse(stored), SERVER_NONCE);
        server.onClientFirst("n,,n=user,r=" + CLIENT_NONCE);
        assertThat(server.onClientFinal(CLIENT_FINAL)).isEqualTo(SERVER_FINAL);
    }

    @Test
    void aWrongPasswordIsRefused() {
        PostgresScramServer server = new PostgresScramServer(PostgresScramVerifier.ofPassword("pencils"), SERVER_NONCE);
        server.onClientFirst("n,,n=,r=" + CLIENT_NONCE);
        assertThat(server.onClientFinal(CLIENT_FINAL)).isNull();
    }

    @Test
    void noPasswordFitsTheMockVerifierWhoseSaltStaysTheSame() {
        PostgresScramVerifier mock = PostgresScramVerifier.mock("nobody");
        assertThat(mock.salt()).isEqualTo(PostgresScramVerifier.mock("nobody").salt());
        assertThat(mock.salt())
                .isNotEqualTo(PostgresScramVerifier.mock("somebody").salt());
        PostgresScramServer server = new PostgresScramServer(mock, SERVER_NONCE);
        server.onClientFirst("n,,n=,r=" + CLIENT_NONCE);
        assertThat(server.onClientFinal(CLIENT_FINAL)).isNull();
    }

    @Test
    void aMessageOfAnotherConversationIsRefused() {
        PostgresScramServer server = new PostgresScramServer(VERIFIER, "another-nonce");
        server.onClientFirst("n,,n=user,r=" + CLIENT_NONCE);
        assertThatThrownBy(() -> server.onClientFinal(CLIENT_FINAL))
                .isInstanceOf(PostgresProtocolException.class)
                .hasMessageContaining("nonce");
    }

    @Test
    void channelBindingIsRefusedSinceItIsNotOffered() {
        PostgresScramServer server = new PostgresScramServer(VERIFIER, SERVER_NONCE);
        assertThatThrownBy(() -> server.onClientFirst("p=tls-server-end-point,,n=,r=x"))
                .isInstanceOf(PostgresProtocolException.class);
    }

    @Test
    void aServerThatDoesNotContinueTheNonceIsRefused() {
        PostgresScramClient client = new PostgresScramClient("", "mine");
        assertThatThrownBy(() -> client.onServerFirst("r=yours,s=AAAA,i=4096"))
                .isInstanceOf(PostgresProtocolException.class);
        assertThatThrownBy(() -> client.onServerFirst("r=mine,s=AAAA,i=4096"))
                .isInstanceOf(PostgresProtocolException.class);
    }

    @Test
    void nonsenseIsRefusedAndNeverCrashes() {
        for (String nonsense : new String[] {"", ",", "n,", "n,,", "n,,x", "n,,n=", "\0\0", "n,,r", "y,,,,,"}) {
            assertThatThrownBy(() -> new PostgresScramServer(VERIFIER, "n").onClientFirst(nonsense))
                    .isInstanceOf(PostgresProtocolException.class);
        }
        for (String nonsense : new String[] {"", "c=biws", "c=biws,r=x,p=", "p=AAAA", "c=biws,r=xn,p=!!", ",p=,"}) {
            PostgresScramServer server = new PostgresScramServer(VERIFIER, "n");
            server.onClientFirst("n,,n=,r=x");
            assertThatThrownBy(() -> server.onClientFinal(nonsense)).isInstanceOf(PostgresProtocolException.class);
        }
    }
}
