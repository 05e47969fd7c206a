package io.godwit.backup.store;

/**
 * A complete archive in the store.
 *
 * @param sha256 of its bytes, in hexadecimal
 */
public record StoredArchive(String key, long bytes, String sha256) {}
