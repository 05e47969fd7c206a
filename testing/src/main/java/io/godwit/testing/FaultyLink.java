package io.godwit.testing;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP link to a server that can be made to fail. Starts by passing everything; a fault holds for the connections that
 * exist and for those to come, until the next call. Safe for use by several threads.
 */
public final class FaultyLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FaultyLink.class);

    private final ServerAddress target;
    private final ServerSocket listener;
    private final LinkFault fault = new LinkFault();
    private final LinkFault newcomersFault = new LinkFault();
    private final Set<LinkedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;
    private volatile boolean stallingNewcomers;

    private FaultyLink(ServerAddress target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
    }

    public static FaultyLink to(ServerAddress target) {
        try {
            FaultyLink link = new FaultyLink(target, new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().name("faulty-link-accept").start(link::acceptAll);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect instead of to the server. */
    public ServerAddress address() {
        return new ServerAddress("127.0.0.1", listener.getLocalPort());
    }

    /** A database on the server, as it is reached through the link. */
    public PlacedDatabase through(PlacedDatabase placed) {
        ServerAccess direct = placed.server();
        ServerAccess linked = new ServerAccess(
                direct.serverId(),
                direct.engine(),
                direct.version(),
                address(),
                direct.security(),
                direct.admin(),
                direct.replication());
        return new PlacedDatabase(linked, placed.databaseName(), placed.owner());
    }

    /** Lifts every fault. What was stalled is delivered; what was cut stays cut. */
    public void pass() {
        refusing = false;
        stallingNewcomers = false;
        fault.clear();
        newcomersFault.clear();
    }

    /** Resets every connection, and each new one as soon as it is made. */
    public void cut() {
        refusing = true;
        cutOnce();
    }

    /** Resets the connections that exist; new ones pass. */
    public void cutOnce() {
        connections.forEach(LinkedConnection::reset);
    }

    /** Delivers nothing, in either direction, and tells nobody. */
    public void stall() {
        fault.stall();
    }

    /** Delivers nothing to or from those who connect from now on; the others pass. */
    public void stallNewcomers() {
        newcomersFault.stall();
        stallingNewcomers = true;
    }

    /** Holds each piece of data back for {@code delay}. */
    public void delay(Duration delay) {
        fault.delay(delay);
    }

    /** Tells every server that its client has ended its half of the connection; the other half stays open. */
    public void halfClose() {
        connections.forEach(LinkedConnection::endClientHalf);
    }

    public int openConnections() {
        return connections.size();
    }

    @Override
    public void close() {
        refusing = true;
        fault.clear();
        newcomersFault.clear();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutOnce();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // The listener was closed, or this one client's server refuses: the client sees its end, as it should.
                log.atDebug().setMessage("connection not linked").setCause(e).log();
            }
        }
    }

    private void connect(Socket client) throws IOException {
        if (refusing) {
            LinkedConnection.reset(client);
            return;
        }
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(target.host(), target.port()));
        } catch (IOException e) {
            LinkedConnection.reset(client);
            throw e;
        }
        LinkedConnection connection =
                new LinkedConnection(client, server, stallingNewcomers ? newcomersFault : fault, connections::remove);
        connections.add(connection);
        connection.start();
        if (refusing) {
            connection.reset();
        }
    }
}
