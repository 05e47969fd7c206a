package io.godwit.backup.engine;

/**
 * What a table held at one moment.
 *
 * @param table its qualified name in the engine's own notation
 * @param hash over all rows, independent of their order, in hexadecimal
 */
public record TableFingerprint(String table, long rows, String hash) {}
