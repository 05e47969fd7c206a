package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.tool.StallWatch;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction ({@code MULTI} … {@code EXEC}) that is queued on a server piece by piece. What was queued is dropped if
 * the connection ends before {@link #execute}; this side holds one value at a time.
 */
final class RedisTransaction implements AutoCloseable {
    private static final String QUEUED = "QUEUED";
    private static final String INCOMPLETE = "RESTORE_INCOMPLETE";
    /** Of keys, whose values wait side by side in the scratch server's output. */
    private static final int BATCH = 16;

    private final RedisWire server;
    private final StallWatch watch;
    private long commands;

    private RedisTransaction(RedisWire server, StallWatch watch) {
        this.server = server;
        this.watch = watch;
    }

    /**
     * @param name by which the server knows the connection
     * @param stall how long nothing may move
     */
    static RedisTransaction begin(RedisWires wires, ServerAccess access, String name, Duration stall)
            throws IOException {
        RedisWire server = wires.open(access, access.admin(), stall);
        StallWatch watch = StallWatch.start(stall, server::close);
        RedisTransaction transaction = new RedisTransaction(server, watch);
        boolean begun = false;
        try {
            server.ask("CLIENT", "NO-EVICT", "on");
            server.ask("CLIENT", "SETNAME", name);
            server.ask("MULTI");
            begun = true;
            return transaction;
        } finally {
            if (!begun) {
                transaction.close();
            }
        }
    }

    /**
     * Queues the removal of everything and then everything of the scratch server.
     *
     * @param source a connection to the scratch server
     * @param logicalDatabases those of it that hold something
     */
    void replaceContents(RedisWire source, List<Integer> logicalDatabases) throws IOException {
        try {
            queue("FLUSHALL", "SYNC");
            source.send("FUNCTION", "DUMP");
            source.flush();
            server.send(bytes("FUNCTION"), bytes("RESTORE"), source.word(), bytes("FLUSH"));
            confirm(1);
            for (int number : logicalDatabases) {
                source.ask("SELECT", Integer.toString(number));
                queue("SELECT", Integer.toString(number));
                copyKeys(source);
            }
        } catch (IOException e) {
            throw stalled(e);
        }
    }

    void setMark(String key, Duration lasts) throws IOException {
        queue("SELECT", "0");
        queue("SET", key, "1", "PX", Long.toString(lasts.toMillis()));
    }

    /**
     * Runs what was queued.
     *
     * @throws IOException if it did not run, or if it is unknown whether it did
     * @throws OperationFailedException if it ran and one of its commands failed
     */
    void execute(Duration longest) throws IOException {
        watch.close();
        server.silence(longest);
        server.send("EXEC");
        server.flush();
        if (server.array() != commands) {
            throw new IOException("the transaction was not run");
        }
        RedisReplyException failed = null;
        for (long i = 0; i < commands; i++) {
            try {
                server.status();
            } catch (RedisReplyException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw new OperationFailedException(
                    INCOMPLETE,
                    "the database was replaced, but not all of the backup was taken; restore again: "
                            + failed.getMessage(),
                    Failure.Kind.INTERNAL,
                    failed);
        }
    }

    /** Whether a transaction ran and one of its commands failed. */
    static boolean isIncomplete(@Nullable RuntimeException failure) {
        return failure instanceof OperationFailedException failed
                && failed.failure().code().equals(INCOMPLETE);
    }

    @Override
    public void close() {
        watch.close();
        server.close();
    }

    private void copyKeys(RedisWire source) throws IOException {
        String cursor = "0";
        do {
            source.send("SCAN", cursor, "COUNT", Integer.toString(BATCH));
            source.flush();
            source.array();
            cursor = new String(source.word(), StandardCharsets.UTF_8);
            long found = source.array();
            List<byte[]> keys = new ArrayList<>();
            for (long i = 0; i < found; i++) {
                keys.add(source.word());
            }
            copyKeys(source, keys);
        } while (!cursor.equals("0"));
    }

    private void copyKeys(RedisWire source, List<byte[]> keys) throws IOException {
        for (byte[] key : keys) {
            source.send(bytes("PEXPIRETIME"), key);
            source.send(bytes("DUMP"), key);
        }
        source.flush();
        int queued = 0;
        for (byte[] key : keys) {
            long expiry = Math.max(0, source.integer());
            byte[] value = source.bulk();
            // Without a value it has expired since the scan met it.
            if (value != null) {
                server.send(
                        bytes("RESTORE"), key, bytes(Long.toString(expiry)), value, bytes("REPLACE"), bytes("ABSTTL"));
                queued++;
            }
            watch.moved();
        }
        confirm(queued);
    }

    private void queue(String... words) throws IOException {
        server.send(words);
        confirm(1);
    }

    private void confirm(int sent) throws IOException {
        server.flush();
        for (int i = 0; i < sent; i++) {
            String answer = server.status();
            if (!answer.equals(QUEUED)) {
                throw new IOException("the server answers '" + answer + "'; expected '" + QUEUED + "'");
            }
            watch.moved();
        }
        commands += sent;
    }

    private IOException stalled(IOException failure) {
        if (!watch.stalled()) {
            return failure;
        }
        SocketTimeoutException timeout = new SocketTimeoutException("nothing moved for too long");
        timeout.initCause(failure);
        return timeout;
    }

    private static byte[] bytes(String text) {
        return RedisWire.bytes(text);
    }
}
