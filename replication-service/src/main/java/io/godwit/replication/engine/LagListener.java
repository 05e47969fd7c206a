package io.godwit.replication.engine;

/**
 * Learns the lag, about once a second. While the stream back waits for transactions, it learns the last lag again every
 * few seconds, on another thread.
 */
@FunctionalInterface
public interface LagListener {
    void onLag(Lag lag);
}
