package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.godwit.events.ProxyCommand.Backend;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The scripts that a database's clients have loaded through this proxy. Redis does not replicate them, so a server that
 * the database moves to is given them by the first session that goes there. Safe for use by several threads.
 */
final class RedisScripts {
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final Set<String> scripts = new LinkedHashSet<>();
    private final Map<Backend, Set<String>> given = new HashMap<>();
    private long bytes;

    /** A script beyond the room there is does not take part; its clients see {@code NOSCRIPT} after a move. */
    synchronized void add(byte[] script, Backend server) {
        String text = new String(script, ISO_8859_1);
        if (bytes + script.length <= MOST_BYTES && scripts.add(text)) {
            bytes += script.length;
        }
        given.computeIfAbsent(server, unknown -> new LinkedHashSet<>()).add(text);
    }

    synchronized boolean isMissingOn(Backend server) {
        return !given.getOrDefault(server, Set.of()).containsAll(scripts);
    }

    /** What that server has not been given; whoever asks gives it. */
    synchronized Collection<byte[]> missingOn(Backend server) {
        Set<String> there = given.computeIfAbsent(server, unknown -> new LinkedHashSet<>());
        List<byte[]> missing = new ArrayList<>();
        for (String script : scripts) {
            if (there.add(script)) {
                missing.add(script.getBytes(ISO_8859_1));
            }
        }
        return missing;
    }

    /** What the server was to be given has not arrived, or may have gone. */
    synchronized void forget(Backend server) {
        given.remove(server);
    }
}
