package io.godwit.replication.engine;

/**
 * What handing a database over came to.
 *
 * @param position of the source, that no client's change comes after
 * @param sequences how many sequences, or the engine's like, were carried
 */
public record HandOverResult(String position, int sequences) {}
