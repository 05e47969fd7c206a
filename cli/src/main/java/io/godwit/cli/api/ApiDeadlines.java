package io.godwit.cli.api;

import java.time.Duration;

/**
 * How long each wait for the platform may take.
 *
 * @param connect for a connection
 * @param read for the whole of an answer that only reads, and for the beginning of a stream
 * @param change for the whole of an answer to a change
 * @param silence between two signs of life on a stream
 */
record ApiDeadlines(Duration connect, Duration read, Duration change, Duration silence) {
    /**
     * Creating a database may have to wait for a new server. The platform says on a stream every ten seconds that it is
     * still there, so three of these have gone missing.
     */
    static final ApiDeadlines USUAL = new ApiDeadlines(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(3), Duration.ofSeconds(35));
}
