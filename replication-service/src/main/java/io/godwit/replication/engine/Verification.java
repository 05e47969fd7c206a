package io.godwit.replication.engine;

/**
 * The result of a comparison that found no difference.
 *
 * @param recheckedChunks how many chunks differed at first, because writes went on
 * @param digest over all row hashes, in hexadecimal
 */
public record Verification(long rows, int tables, int chunks, int recheckedChunks, String digest) {}
