package io.godwit.proxy.network;

import java.io.IOException;
import java.io.Reader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A server certificate that the proxy has from Godwit's CA, made anew at every start and never stored.
 *
 * @param chain the certificate first, then the CA's
 */
record IssuedCertificate(PrivateKey key, List<X509Certificate> chain) {
    private static final Duration VALIDITY = Duration.ofDays(397);
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);
    private static final int SERIAL_BITS = 127;

    /**
     * @throws IOException if a file can't be read
     * @throws GeneralSecurityException if a file holds no usable certificate or key
     */
    static IssuedCertificate issue(Path caCertificateFile, Path caKeyFile, String host)
            throws IOException, GeneralSecurityException {
        X509Certificate ca = readCertificate(caCertificateFile);
        PrivateKey caKey = readKey(caKeyFile);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Instant now = Instant.now();
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            ca,
                            new BigInteger(SERIAL_BITS, new SecureRandom()),
                            Date.from(now.minus(CLOCK_TOLERANCE)),
                            Date.from(now.plus(VALIDITY)),
                            new X500Name("CN=Godwit routing proxy"),
                            pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, names(host));
            String algorithm = caKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            String signature = caKey.getAlgorithm().startsWith("Ed") ? caKey.getAlgorithm() : algorithm;
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(caKey)));
            return new IssuedCertificate(pair.getPrivate(), List.of(certificate, ca));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the CA's key " + caKeyFile + " can't sign", e);
        }
    }

    private static GeneralNames names(String host) {
        boolean address = host.matches("[0-9.]+|.*:.*");
        return new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host)
        });
    }

    private static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(reader)) {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            return switch (parser.readObject()) {
                case PrivateKeyInfo info -> converter.getPrivateKey(info);
                case PEMKeyPair pair -> converter.getKeyPair(pair).getPrivate();
                case null, default ->
                    throw new GeneralSecurityException("file " + file + " holds no unencrypted private key in PEM");
            };
        }
    }

    @Override
    public String toString() {
        return "IssuedCertificate[…]";
    }
}
