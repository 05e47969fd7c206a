package io.godwit.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.testing.TestSecrets;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A client that speaks Redis' protocol byte by byte. Replies are what came, as text of one character per byte. */
final class RedisWire implements AutoCloseable {
    private static final int ANSWER_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private RedisWire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RedisWire plain(int port) throws IOException {
        return new RedisWire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static RedisWire encrypted(int port) throws IOException {
        return new RedisWire(tls().getSocketFactory().createSocket("127.0.0.1", port));
    }

    /** A connection past the proxy, as the server's administrator. */
    static RedisWire admin(ServerAccess server) throws IOException {
        return loggedIn(server, server.admin());
    }

    /** A connection past the proxy, as the database's owner. */
    static RedisWire owner(PlacedDatabase database) throws IOException {
        return loggedIn(database.server(), database.owner());
    }

    private static RedisWire loggedIn(ServerAccess server, Login login) throws IOException {
        RedisWire wire = encrypted(server.address().port());
        String answer = wire.ask("AUTH", login.user(), TestSecrets.sealer().open(login.password()));
        if (!answer.equals("+OK\r\n")) {
            throw new IOException("login refused: " + answer);
        }
        return wire;
    }

    private static SSLContext tls() throws IOException {
        try (InputStream ca = Files.newInputStream(TestSecrets.caCertificate())) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** The command as a client sends it. */
    static String command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            String bytes = new String(word.getBytes(UTF_8), ISO_8859_1);
            text.append('$').append(bytes.length()).append("\r\n").append(bytes).append("\r\n");
        }
        return text.toString();
    }

    RedisWire send(String... words) throws IOException {
        return raw(command(words));
    }

    /** @param bytes one per character */
    RedisWire raw(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    String ask(String... words) throws IOException {
        return send(words).reply();
    }

    /** The next reply or push, whole. */
    String reply() throws IOException {
        StringBuilder text = new StringBuilder();
        read(text);
        return text.toString();
    }

    /** Whether nothing comes for so long. */
    boolean isQuiet(int millis) throws IOException {
        socket.setSoTimeout(millis);
        in.mark(1);
        try {
            in.read();
            in.reset();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(ANSWER_MILLIS);
        }
    }

    /** What still comes until the other side closes. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    private void read(StringBuilder text) throws IOException {
        String line = line();
        text.append(line).append("\r\n");
        char type = line.charAt(0);
        switch (type) {
            case '$', '!', '=' -> {
                int length = Integer.parseInt(line.substring(1));
                if (length >= 0) {
                    text.append(new String(in.readNBytes(length + 2), ISO_8859_1));
                }
            }
            case '*', '~', '>', '%' -> {
                int count = Integer.parseInt(line.substring(1)) * (type == '%' ? 2 : 1);
                for (int i = 0; i < count; i++) {
                    read(text);
                }
            }
            default -> {}
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection was closed after '" + line + "'");
            }
            if (next == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) next);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
