package io.godwit.replication.engine;

/** @param percent of the bytes to copy, 0 to 100 */
public record CopyProgress(double percent, long rows, long bytes, long rowsPerSecond, long bytesPerSecond) {}
