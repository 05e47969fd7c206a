package io.godwit.launcher.demo.load;

/**
 * What a client knows about one of its writes, or about one of its messages.
 *
 * @param sequence the client's number of the write; counters have one too
 * @param amount {@link #NO_AMOUNT} for a message
 */
public record JournalEntry(Kind kind, Outcome outcome, long sequence, int amount) {
    public static final int NO_AMOUNT = 0;

    /** What was done. */
    public enum Kind {
        APPEND,
        PURCHASE,
        ABANDON,
        TICK,
        SENT,
        /** Each receipt has an entry, also where the same message comes again. */
        RECEIVED
    }

    /** What the client was told. */
    public enum Outcome {
        ACKNOWLEDGED,
        /** An error came instead of an answer. */
        UNKNOWN
    }
}
