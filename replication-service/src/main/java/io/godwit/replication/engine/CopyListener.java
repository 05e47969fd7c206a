package io.godwit.replication.engine;

/** Learns how an initial sync goes on, about once a second, on a thread of its own. */
@FunctionalInterface
public interface CopyListener {
    void onProgress(CopyProgress progress);

    /**
     * The copy can't begin yet; told again every few seconds until it can.
     *
     * @param reason what is waited for, for people
     */
    default void onDelayed(String reason) {}
}
