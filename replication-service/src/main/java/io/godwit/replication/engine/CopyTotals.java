package io.godwit.replication.engine;

import java.time.Duration;

/** What an initial sync moved. */
public record CopyTotals(long rows, long bytes, Duration duration) {}
