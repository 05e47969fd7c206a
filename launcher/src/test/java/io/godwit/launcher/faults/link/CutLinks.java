package io.godwit.launcher.faults.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs inside the services of a test's platform, called by the JDK's sockets. While there is a file {@code
 * <service>.cut}, connections to the ports that stand in it are ended as if the network had done so, and new ones are
 * refused; a star stands for all ports. Native transports don't come by here.
 */
public final class CutLinks {
    public static final String FOLDER = "godwit.faults";
    public static final String SUFFIX = ".cut";
    /** The file that tells that it is done. */
    public static final String DONE = ".done";

    public static final String ALL = "*";
    private static final long POLL_NANOS = 20_000_000;

    private static final Path FILE =
            Path.of(System.getProperty(FOLDER, ""), System.getProperty("godwit.service", "") + SUFFIX);
    private static final Path TOLD = FILE.resolveSibling(FILE.getFileName() + DONE);
    private static final Map<Object, InetSocketAddress> LINKS = Collections.synchronizedMap(new WeakHashMap<>());
    private static volatile Set<String> cut = Set.of();

    private CutLinks() {}

    /** Begins to look at the file. */
    public static void watch() {
        Thread.ofPlatform().daemon().name("cut-links").start(() -> {
            while (true) {
                look();
                LockSupport.parkNanos(POLL_NANOS);
            }
        });
    }

    /** @throws ConnectException if the link is cut */
    public static void connecting(Object link, SocketAddress to) throws ConnectException {
        if (to instanceof InetSocketAddress address) {
            if (isCut(address)) {
                throw new ConnectException("cut off by a test");
            }
            LINKS.put(link, address);
        }
    }

    private static void look() {
        try {
            cut = Files.exists(FILE) ? Set.of(Files.readString(FILE).strip().split(" ")) : Set.of();
        } catch (IOException e) {
            // It has just been taken away.
            cut = Set.of();
        }
        if (!cut.isEmpty()) {
            Set<Object> links;
            synchronized (LINKS) {
                links = Set.copyOf(LINKS.keySet());
            }
            links.forEach(CutLinks::endIfCut);
            tell();
        }
    }

    private static void tell() {
        try {
            if (!Files.exists(TOLD)) {
                Files.createFile(TOLD);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void endIfCut(Object link) {
        InetSocketAddress address = LINKS.get(link);
        if (address == null || !isCut(address)) {
            return;
        }
        try {
            switch (link) {
                case Socket socket -> {
                    socket.shutdownInput();
                    socket.shutdownOutput();
                }
                case SocketChannel channel -> {
                    channel.shutdownInput();
                    channel.shutdownOutput();
                }
                default -> throw new IllegalStateException("no link: " + link);
            }
            LINKS.remove(link);
        } catch (IOException | RuntimeException e) {
            // Not connected yet, or closed already; the next look finds out which.
        }
    }

    private static boolean isCut(InetSocketAddress address) {
        Set<String> now = cut;
        return now.contains(ALL) || now.contains(Integer.toString(address.getPort()));
    }
}
