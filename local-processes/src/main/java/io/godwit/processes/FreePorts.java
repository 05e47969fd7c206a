package io.godwit.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Finds TCP ports of the loopback interface that nobody listens on. Safe for use by several threads. */
public final class FreePorts {
    /** Below the range from which Linux takes ports for outgoing connections, so that none of those gets in between. */
    private static final int LOWEST = 20_000;

    private static final int BOUND = 32_000;

    private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** @return a free port that this JVM has not been given before */
    public static int any() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BOUND);
            if (isFree(port) && given.add(port)) {
                return port;
            }
        }
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
