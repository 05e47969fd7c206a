package io.godwit.replication.engine;

/** Learns how an initial sync goes on, about once a second, on a thread of its own. */
@FunctionalInterface
public interface CopyListener {
    void onProgress(CopyProgress progress);
}
