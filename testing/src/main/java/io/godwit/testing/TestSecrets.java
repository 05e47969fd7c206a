package io.godwit.testing;

import io.godwit.engines.SecretSealer;
import io.godwit.processes.tls.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The secrets of an installation, made new for each test run. */
public final class TestSecrets {
    private static final int KEY_BYTES = 32;
    private static final SecureRandom random = new SecureRandom();
    private static final Path masterKeyFile = write("master-key", randomText());
    private static final Path internalTokenFile = write("internal-token", randomText());
    private static final CertificateAuthority authority = CertificateAuthority.in(TestDirectory.resolve("ca"));

    private TestSecrets() {}

    /** For the property {@code godwit.master-key-file}. */
    public static Path masterKeyFile() {
        return masterKeyFile;
    }

    /** For the property {@code godwit.internal-token-file}. */
    public static Path internalTokenFile() {
        return internalTokenFile;
    }

    /** Seals under the key in {@link #masterKeyFile()}. */
    public static SecretSealer sealer() {
        try {
            return SecretSealer.fromKeyFile(masterKeyFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The authority that issued the certificates of all test servers. */
    public static CertificateAuthority certificateAuthority() {
        return authority;
    }

    /** For the property {@code godwit.ca-certificate}. */
    public static Path caCertificate() {
        return authority.certificateFile();
    }

    /** For the property {@code godwit.ca-key}. */
    public static Path caKey() {
        return authority.certificateFile().resolveSibling("ca.key");
    }

    /** @return 32 random bytes in base64 */
    public static String randomText() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Path write(String name, String content) {
        try {
            return Files.writeString(TestDirectory.resolve(name), content + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
