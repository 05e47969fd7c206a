package io.godwit.cli.session;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.api.Patience;
import io.godwit.cli.output.Output;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What one run of a command works with; closing it ends its connections.
 *
 * @param interactive whether progress may redraw a line of the terminal
 */
public record Session(ApiClient api, Output output, boolean interactive) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For one wait; outages are told to people where errors are. */
    public Patience patience() {
        return new Patience(PATIENCE, InstantSource.system(), outage -> {
            output.err().println("godwit: " + outage + "; asking again for up to " + PATIENCE.toSeconds() + " s");
            output.err().flush();
        });
    }

    @Override
    public void close() {
        api.close();
    }
}
