package io.godwit.processes.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeOnceAndLoadedAfterwards() {
        X509Certificate made = CertificateAuthority.in(folder).certificate();

        assertThat(CertificateAuthority.in(folder).certificate()).isEqualTo(made);
        assertThat(made.getBasicConstraints()).as("is an authority").isZero();
    }

    @Test
    void itsCertificatesHoldForLoopbackAndTheGivenHosts() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(folder);

        ServerCertificate issued = authority.issue(folder.resolve("server"), "db", List.of("db.example", "10.0.0.7"));

        X509Certificate certificate = read(issued.certificateFile());
        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1)))
                .map(Object::toString)
                .containsExactlyInAnyOrder("127.0.0.1", "localhost", "db.example", "10.0.0.7");
        assertThat(certificate.getBasicConstraints()).as("is no authority").isEqualTo(-1);
        assertThat(issued.caFile()).isEqualTo(authority.certificateFile());
    }

    @Test
    void anotherAuthorityDoesNotVouchForThem() throws Exception {
        ServerCertificate issued =
                CertificateAuthority.in(folder.resolve("one")).issue(folder.resolve("server"), "db", List.of());
        X509Certificate other = CertificateAuthority.in(folder.resolve("other")).certificate();

        assertThatThrownBy(() -> read(issued.certificateFile()).verify(other.getPublicKey()))
                .isInstanceOf(SignatureException.class);
    }

    @Test
    void keysAreReadableByTheirOwnerAlone() throws IOException {
        ServerCertificate issued = CertificateAuthority.in(folder).issue(folder.resolve("server"), "db", List.of());

        for (Path key : List.of(folder.resolve("ca.key"), issued.keyFile())) {
            assertThat(Files.getPosixFilePermissions(key))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
    }

    @Test
    void aCertificateInPlaceOfAKeyIsRefused() throws IOException {
        CertificateAuthority.in(folder);
        Files.copy(folder.resolve("ca.crt"), folder.resolve("not-a-key"));

        assertThatThrownBy(() -> CertificateAuthority.load(folder.resolve("ca.crt"), folder.resolve("not-a-key")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an unencrypted private key");
    }

    private static X509Certificate read(Path file) throws IOException, GeneralSecurityException {
        try (var input = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(input);
        }
    }
}
