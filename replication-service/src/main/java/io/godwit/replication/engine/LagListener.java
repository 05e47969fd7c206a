package io.godwit.replication.engine;

/** Learns the lag, about once a second. */
@FunctionalInterface
public interface LagListener {
    void onLag(Lag lag);
}
