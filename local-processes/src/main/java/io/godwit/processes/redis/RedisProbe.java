package io.godwit.processes.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks a server whether it is there and has read its data, as the user who may do nothing else. */
final class RedisProbe {
    private static final int TIMEOUT_MILLIS =
            Math.toIntExact(Duration.ofSeconds(2).toMillis());

    private RedisProbe() {}

    static boolean answers(RedisFiles files, RedisEndpoint endpoint) {
        try (Socket plain = new Socket()) {
            plain.setSoTimeout(TIMEOUT_MILLIS);
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port()), TIMEOUT_MILLIS);
            try (Socket socket = endpoint.tls() ? secured(plain, files, endpoint.port()) : plain) {
                return answers(socket, RedisUsers.probePassword(files));
            }
        } catch (IOException | GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean answers(Socket socket, String password) throws IOException {
        socket.getOutputStream()
                .write("AUTH %s %s\r\nPING\r\n"
                        .formatted(RedisUsers.PROBE, password)
                        .getBytes(StandardCharsets.US_ASCII));
        BufferedReader answers =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String login = answers.readLine();
        String ping = answers.readLine();
        // A server that reads its data answers -LOADING. Any other refusal (a broken disk, a lost master) is an answer.
        return login != null && login.startsWith("+") && ping != null && !ping.startsWith("-LOADING");
    }

    private static Socket secured(Socket plain, RedisFiles files, int port)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream authority = Files.newInputStream(files.authority())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory()
                .createSocket(plain, InetAddress.getLoopbackAddress().getHostAddress(), port, true);
    }
}
