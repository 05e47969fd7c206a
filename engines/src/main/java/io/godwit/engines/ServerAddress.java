package io.godwit.engines;

/** Where a database server listens. */
public record ServerAddress(String host, int port) {
    public ServerAddress {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is invalid; expected 1 to 65535");
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
