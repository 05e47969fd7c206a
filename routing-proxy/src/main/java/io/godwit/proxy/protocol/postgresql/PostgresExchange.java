package io.godwit.proxy.protocol.postgresql;

/**
 * Tells where a session's current exchange stands. An exchange begins with the first frontend message after idle and
 * ends with the ReadyForQuery that answers the last Query, FunctionCall or Sync sent, outside a transaction.
 *
 * <pre>
 *          any message                 ReadyForQuery('I'), none other expected
 *   Idle ───────────────► Running ─────────────────────────────────────────────► Idle
 *                           │  ▲
 *   Query, Sync: one more ReadyForQuery expected; between them the batch is "open"
 *   CopyInResponse: the server ignores Sync until CopyDone or CopyFail (section 55.2.6)
 * </pre>
 *
 * Confined to the session's event loop.
 */
final class PostgresExchange {
    private static final int TRACKED = 64;

    private boolean batchOpen;
    private boolean copyIn;
    private boolean copyInExtended;
    private int expectedReady;
    /** Bit i is set if the i-th outstanding ReadyForQuery answers a Sync. */
    private long syncs;

    private boolean terminated;
    private byte transactionStatus = 'I';
    private long startedAt;

    boolean idle() {
        return expectedReady == 0 && !batchOpen && transactionStatus == 'I';
    }

    boolean inTransaction() {
        return transactionStatus != 'I';
    }

    boolean inCopy() {
        return copyIn;
    }

    /** Whether the server owes answers, so that cutting the session off leaves work running there. */
    boolean awaitsServer() {
        return expectedReady > 0 || batchOpen;
    }

    /**
     * Whether the exchange can be halted before the next frontend message: everything sent so far is closed by a Query
     * or Sync, and no COPY waits for the client's data.
     */
    boolean atQueryBoundary() {
        return !batchOpen && !copyIn;
    }

    /** The client has said good-bye behind its last query, which is to run all the same. */
    boolean terminated() {
        return terminated;
    }

    long startedAt() {
        return startedAt;
    }

    void begin(long now) {
        startedAt = now;
    }

    /** Stray copy messages after a failed COPY; the server ignores them, so they begin nothing. */
    static boolean ignoredWhenIdle(byte type) {
        return type == 'd' || type == 'c' || type == 'f';
    }

    void onFrontend(byte type) {
        switch (type) {
            case 'Q', 'F' -> {
                batchOpen = false;
                expectedReady++;
            }
            case 'S' -> {
                if (copyIn) {
                    return;
                }
                if (expectedReady < TRACKED) {
                    syncs |= 1L << expectedReady;
                }
                expectedReady++;
                batchOpen = false;
            }
            case 'c', 'f' -> copyIn = false;
            case 'd' -> {}
            case 'X' -> terminated = true;
            default -> batchOpen = true;
        }
    }

    /** CopyInResponse or CopyBothResponse. */
    void onCopyIn() {
        copyIn = true;
        copyInExtended = expectedReady == 0 || (syncs & 1) != 0;
        if (copyInExtended) {
            if (expectedReady > 0) {
                // The Sync that closed the batch reaches the server in copy-in mode and is ignored there.
                answered();
            }
            batchOpen = true;
        }
    }

    void onError() {
        copyIn = false;
    }

    void onReady(byte status) {
        copyIn = false;
        transactionStatus = status;
        if (expectedReady > 0) {
            answered();
        }
    }

    private void answered() {
        expectedReady--;
        syncs >>>= 1;
    }
}
