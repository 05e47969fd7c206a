package io.godwit.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One client's connection through a link: two sockets and a thread per direction. */
final class LinkedConnection {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final Socket client;
    private final Socket server;
    private final InputStream fromClient;
    private final OutputStream toServer;
    private final InputStream fromServer;
    private final OutputStream toClient;
    private final LinkFault fault;
    private final Consumer<LinkedConnection> whenClosed;
    private final AtomicInteger openHalves = new AtomicInteger(2);

    /** Takes the streams at once: when a half is closed, its socket no longer gives them. */
    LinkedConnection(Socket client, Socket server, LinkFault fault, Consumer<LinkedConnection> whenClosed)
            throws IOException {
        this.client = client;
        this.server = server;
        this.fromClient = client.getInputStream();
        this.toServer = server.getOutputStream();
        this.fromServer = server.getInputStream();
        this.toClient = client.getOutputStream();
        this.fault = fault;
        this.whenClosed = whenClosed;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        Thread.ofVirtual().name("faulty-link-up").start(() -> pump(fromClient, toServer, server));
        Thread.ofVirtual().name("faulty-link-down").start(() -> pump(fromServer, toClient, client));
    }

    void reset() {
        reset(client);
        reset(server);
        whenClosed.accept(this);
    }

    void endClientHalf() {
        try {
            server.shutdownOutput();
        } catch (IOException e) {
            reset();
        }
    }

    /**
     * With a linger time of zero the close is a reset (RST) and not an orderly end (FIN). Does nothing to a socket that
     * another thread has closed.
     */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void pump(InputStream input, OutputStream output, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                fault.suffer();
                output.write(buffer, 0, count);
            }
            fault.suffer();
            to.shutdownOutput();
            if (openHalves.decrementAndGet() == 0) {
                client.close();
                server.close();
                whenClosed.accept(this);
            }
        } catch (IOException e) {
            // One side was reset, or wrote to an ended half: the other side learns it the same way.
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }
}
