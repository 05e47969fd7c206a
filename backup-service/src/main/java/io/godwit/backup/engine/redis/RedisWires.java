package io.godwit.backup.engine.redis;

import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.TransportSecurity;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Opens {@link RedisWire}s with Godwit's own logins. Safe for use by several threads. */
final class RedisWires {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final SecretSealer sealer;
    private final SSLContext tls;

    /** @param caCertificate PEM file of the CA that server certificates must come from */
    RedisWires(SecretSealer sealer, Path caCertificate) throws IOException {
        this.sealer = sealer;
        this.tls = trusting(caCertificate);
    }

    /**
     * @param silence how long the server may take for each piece of an answer; then reading fails with a
     *     {@link java.net.SocketTimeoutException}
     */
    RedisWire open(ServerAccess server, Login login, Duration silence) throws IOException {
        Socket socket = new Socket();
        boolean opened = false;
        try {
            socket.connect(
                    new InetSocketAddress(
                            server.address().host(), server.address().port()),
                    Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
            socket.setSoTimeout(Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
            if (server.security() == TransportSecurity.VERIFY_CA) {
                socket = tls.getSocketFactory()
                        .createSocket(
                                socket,
                                server.address().host(),
                                server.address().port(),
                                true);
            }
            RedisWire wire = new RedisWire(socket);
            wire.ask("AUTH", login.user(), sealer.open(login.password()));
            socket.setSoTimeout(Math.toIntExact(silence.toMillis()));
            opened = true;
            return wire;
        } finally {
            if (!opened) {
                socket.close();
            }
        }
    }

    private static SSLContext trusting(Path caCertificate) throws IOException {
        try (InputStream pem = Files.newInputStream(caCertificate)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "CA certificate file " + caCertificate + " is invalid; expected certificates in PEM", e);
        }
    }
}
