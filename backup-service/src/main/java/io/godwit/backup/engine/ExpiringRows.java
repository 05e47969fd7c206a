package io.godwit.backup.engine;

import java.time.Instant;

/**
 * The rows of a table that expire within a span of time.
 *
 * @param from the span's begin
 * @param until the first moment after it
 * @param hash over those rows, independent of their order, in hexadecimal
 */
public record ExpiringRows(Instant from, Instant until, long rows, String hash) {}
