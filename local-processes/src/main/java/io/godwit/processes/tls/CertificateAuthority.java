package io.godwit.processes.tls;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;

/** Godwit's own certificate authority: a P-256 key and a self-signed certificate. Safe for use by several threads. */
public final class CertificateAuthority {
    private final Path certificateFile;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private CertificateAuthority(Path certificateFile, X509Certificate certificate, PrivateKey key) {
        this.certificateFile = certificateFile;
        this.certificate = certificate;
        this.key = key;
    }

    /** Loads the authority from {@code ca.crt} and {@code ca.key} in {@code folder}; makes it there if it is absent. */
    public static CertificateAuthority in(Path folder) {
        Path certificateFile = folder.resolve("ca.crt");
        Path keyFile = folder.resolve("ca.key");
        if (!Files.exists(certificateFile)) {
            create(certificateFile, keyFile);
        }
        return load(certificateFile, keyFile);
    }

    /** @param keyFile PKCS#8 or SEC 1 in PEM form, unencrypted */
    public static CertificateAuthority load(Path certificateFile, Path keyFile) {
        try (var input = Files.newInputStream(certificateFile)) {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(input);
            return new CertificateAuthority(certificateFile.toAbsolutePath(), certificate, readKey(keyFile));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(certificateFile + " is not a certificate in PEM form", e);
        }
    }

    public Path certificateFile() {
        return certificateFile;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * Issues a certificate for 127.0.0.1, localhost and {@code hosts} with a key of its own, and writes both into
     * {@code folder} as {@code server.crt} and {@code server.key}.
     */
    public ServerCertificate issue(Path folder, String commonName, List<String> hosts) {
        try {
            Files.createDirectories(folder);
            KeyPair keys = CertificateProfile.generateKeys();
            List<String> names = Stream.concat(Stream.of("127.0.0.1", "localhost"), hosts.stream())
                    .distinct()
                    .toList();
            Path issued = folder.resolve("server.crt");
            Path issuedKey = folder.resolve("server.key");
            PemFiles.writePrivate(issuedKey, new JcaPKCS8Generator(keys.getPrivate(), null));
            PemFiles.writePublic(
                    issued, CertificateProfile.server(keys.getPublic(), commonName, names, certificate, key));
            return new ServerCertificate(issued, issuedKey, certificateFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("certificate for " + commonName + " can't be issued", e);
        }
    }

    /** The key goes first: where the certificate exists, so does its key. */
    private static void create(Path certificateFile, Path keyFile) {
        try {
            Files.createDirectories(certificateFile.toAbsolutePath().getParent());
            KeyPair keys = CertificateProfile.generateKeys();
            PemFiles.writePrivate(keyFile, new JcaPKCS8Generator(keys.getPrivate(), null));
            PemFiles.writePublic(certificateFile, CertificateProfile.authority(keys));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("certificate authority " + certificateFile + " can't be made", e);
        }
    }

    private static PrivateKey readKey(Path keyFile) throws IOException {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        try (Reader reader = Files.newBufferedReader(keyFile);
                PEMParser parser = new PEMParser(reader)) {
            return switch (parser.readObject()) {
                case PrivateKeyInfo info -> converter.getPrivateKey(info);
                case PEMKeyPair pair -> converter.getPrivateKey(pair.getPrivateKeyInfo());
                case null, default ->
                    throw new IllegalArgumentException(
                            keyFile + " is not an unencrypted private key in PEM form (PKCS#8 or SEC 1)");
            };
        }
    }
}
