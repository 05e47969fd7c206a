package io.godwit.launcher.demo.check;

import io.godwit.launcher.demo.load.Holdings;
import java.util.function.LongConsumer;

/** Reads back what the clients wrote, over a connection that no client used. */
public interface LedgerReader extends AutoCloseable {
    /** The client's ledger entries in the order in which the database numbered them. */
    void entries(int client, LongConsumer sequences);

    /** What the ledger's trigger wrote about the client's entries; no key keeps these from being doubled. */
    void audited(int client, LongConsumer sequences);

    Holdings holdings(int client);

    /** How many units have left the stock. */
    long sold();

    @Override
    void close();
}
