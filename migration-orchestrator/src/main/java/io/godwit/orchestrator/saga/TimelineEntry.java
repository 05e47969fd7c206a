package io.godwit.orchestrator.saga;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step or undo in a migration's history.
 *
 * @param number counts up within the migration, from 1
 * @param endedAt null while it runs
 * @param outcome {@code DONE}, {@code FAILED}, {@code LAPSED} or {@code CANCELLED}; null while it runs
 * @param detail why it failed; null otherwise
 */
public record TimelineEntry(
        int number,
        String step,
        int attempt,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome,
        @Nullable String detail) {}
