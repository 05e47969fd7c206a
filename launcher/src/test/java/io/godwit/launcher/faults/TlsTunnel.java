package io.godwit.launcher.faults;

import io.godwit.engines.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Carries what a client says in plain to a server that wants TLS. Safe for use by several threads. */
public final class TlsTunnel implements AutoCloseable {
    private static final int BACKLOG = 16;

    private final ServerAddress server;
    private final SSLContext tls;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private TlsTunnel(ServerAddress server, SSLContext tls, ServerSocket listener) {
        this.server = server;
        this.tls = tls;
        this.listener = listener;
    }

    /** @param caCertificate PEM file of the CA that the server's certificate comes from */
    public static TlsTunnel to(ServerAddress server, Path caCertificate) {
        try {
            ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
            TlsTunnel tunnel = new TlsTunnel(server, trusting(caCertificate), listener);
            Thread.ofVirtual().name("tls-tunnel").start(tunnel::acceptAll);
            return tunnel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect instead. */
    public ServerAddress address() {
        return new ServerAddress("127.0.0.1", listener.getLocalPort());
    }

    @Override
    public void close() {
        end(listener);
        sockets.forEach(TlsTunnel::end);
    }

    private static SSLContext trusting(Path caCertificate) throws IOException {
        try (InputStream pem = Files.newInputStream(caCertificate)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Thread.ofVirtual().name("tls-tunnel").start(() -> carry(client));
            } catch (IOException e) {
                // It was closed.
                return;
            }
        }
    }

    /** A server that can't be reached is seen by the client as a connection that ends. */
    private void carry(Socket client) {
        try (client;
                Socket there = tls.getSocketFactory().createSocket(server.host(), server.port())) {
            sockets.add(there);
            Thread back = Thread.ofVirtual().name("tls-tunnel").start(() -> pump(there, client));
            pump(client, there);
            back.join();
        } catch (IOException e) {
            end(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    /** Until one side ends, and with it the other. */
    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            end(to);
        } finally {
            sockets.remove(from);
        }
    }

    private static void end(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is gone, which is what was wanted.
            return;
        }
    }
}
