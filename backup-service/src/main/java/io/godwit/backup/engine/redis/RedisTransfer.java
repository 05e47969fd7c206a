package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Fetches what a server holds at one moment, as a replica does that wants nothing after it. The server keeps no buffer
 * for what is written meanwhile, so none of its limits matters; and since the archive goes to this machine's disk first,
 * a slow store holds nothing up there.
 */
final class RedisTransfer {
    private static final int CHUNK_BYTES = 1 << 16;

    private final RedisWires wires;
    private final RedisProperties properties;

    RedisTransfer(RedisWires wires, RedisProperties properties) {
        this.wires = wires;
        this.properties = properties;
    }

    /** @return the number of bytes written */
    long fetch(ServerAccess server, OutputStream archive) {
        try (RedisWire wire = wires.open(server, server.replication(), properties.stallTimeout())) {
            wire.ask("REPLCONF", "rdb-only", "1");
            wire.ask("PSYNC", "?", "-1");
            // The length is known ahead, since the ability to do without was not announced.
            long length = wire.lengthOfSynchronisation();
            copy(wire, length, archive);
            return length;
        } catch (IOException e) {
            throw RedisFailures.of("SNAPSHOT_FAILED", "fetching a snapshot", server, e);
        }
    }

    private void copy(RedisWire wire, long length, OutputStream archive) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long begin = System.nanoTime();
        long left = length;
        while (left > 0) {
            int read = wire.input().read(chunk, 0, (int) Math.min(left, chunk.length));
            if (read < 0) {
                throw new EOFException("the snapshot ended " + left + " bytes too early");
            }
            archive.write(chunk, 0, read);
            left -= read;
            if (System.nanoTime() - begin > properties.longestRun().toNanos()) {
                throw new OperationFailedException(
                        "DUMP_TIMED_OUT",
                        "the snapshot has not arrived after " + properties.longestRun(),
                        Failure.Kind.EXHAUSTED);
            }
        }
    }
}
