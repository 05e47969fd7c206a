package io.godwit.orchestrator.web;

import org.jspecify.annotations.Nullable;

/** The body of an order as it was sent; {@link OrderReader} says what is expected of it. */
record MigrationRequest(
        @Nullable String to,
        @Nullable String region,
        @Nullable String server,
        @Nullable Boolean dryRun,
        @Nullable Long maxPauseMs,
        @Nullable Long drainTimeoutMs,
        @Nullable String onDrainTimeout,
        @Nullable String rollbackWindow,
        @Nullable String fallback) {

    boolean isDryRun() {
        return dryRun != null && dryRun;
    }
}
