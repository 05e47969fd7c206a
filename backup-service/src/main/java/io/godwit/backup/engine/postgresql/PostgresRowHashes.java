package io.godwit.backup.engine.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts and hashes rows as they stream by in the text format of {@code COPY}: a line each, and after each table a line that
 * no row looks like. The hashes are added up, so that the order of the rows does not matter. No row is kept whole.
 */
final class PostgresRowHashes {
    /** Ends a table: in a row, a backslash is always followed by something else. */
    static final String END_OF_TABLE = "\\.";

    private static final int CHUNK_BYTES = 1 << 16;

    private final MessageDigest digest;
    private final List<Counted> tables = new ArrayList<>();
    private final byte[] begin = new byte[END_OF_TABLE.length()];
    private long length;
    private long rows;
    private long sum;

    private PostgresRowHashes(MessageDigest digest) {
        this.digest = digest;
    }

    /**
     * Reads to the end of the stream.
     *
     * @param onChunk called after each piece that has arrived
     * @return the tables that have ended, in the stream's order
     */
    static List<Counted> read(InputStream lines, Runnable onChunk) throws IOException {
        PostgresRowHashes hashes;
        try {
            hashes = new PostgresRowHashes(MessageDigest.getInstance("SHA-256"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = lines.read(chunk); read >= 0; read = lines.read(chunk)) {
            hashes.add(chunk, read);
            onChunk.run();
        }
        return hashes.tables;
    }

    private void add(byte[] chunk, int end) {
        int from = 0;
        for (int at = 0; at < end; at++) {
            if (chunk[at] == '\n') {
                append(chunk, from, at);
                endLine();
                from = at + 1;
            }
        }
        append(chunk, from, end);
    }

    private void append(byte[] chunk, int from, int end) {
        for (int at = from; at < end && length + at - from < begin.length; at++) {
            begin[(int) length + at - from] = chunk[at];
        }
        digest.update(chunk, from, end - from);
        length += end - from;
    }

    private void endLine() {
        long hash = ByteBuffer.wrap(digest.digest()).getLong();
        if (length == begin.length && begin[0] == '\\' && begin[1] == '.') {
            tables.add(new Counted(rows, "%016x".formatted(sum)));
            rows = 0;
            sum = 0;
        } else {
            rows++;
            sum += hash;
        }
        length = 0;
    }

    /** @param hash modulo 2 to the 64, in hexadecimal */
    record Counted(long rows, String hash) {}
}
