package io.godwit.cli.session;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.output.Output;

/**
 * What one run of a command works with; closing it ends its connections.
 *
 * @param interactive whether progress may redraw a line of the terminal
 */
public record Session(ApiClient api, Output output, boolean interactive) implements AutoCloseable {
    @Override
    public void close() {
        api.close();
    }
}
