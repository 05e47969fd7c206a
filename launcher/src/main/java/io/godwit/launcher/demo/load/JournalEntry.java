package io.godwit.launcher.demo.load;

/**
 * What a client knows about one of its writes.
 *
 * @param sequence the client's number of the write; counters have one too
 */
public record JournalEntry(Kind kind, Outcome outcome, long sequence, int amount) {

    /** What was written. */
    public enum Kind {
        APPEND,
        PURCHASE,
        ABANDON,
        TICK
    }

    /** What the client was told. */
    public enum Outcome {
        ACKNOWLEDGED,
        /** An error came instead of an answer. */
        UNKNOWN
    }
}
