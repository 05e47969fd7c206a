package io.godwit.launcher.demo.load;

/**
 * One client's session with the database: one connection for the whole run, never another. Each call is one exchange.
 * Used by one thread.
 */
public interface ClientSession extends AutoCloseable {
    /** Writes a ledger entry by itself. */
    void append(long sequence, int amount) throws ExchangeFailed;

    /** Writes a ledger entry, an order and its payment, and moves the amount from the stock to the client, all or nothing. */
    void purchase(long sequence, int amount) throws ExchangeFailed;

    /** Writes a ledger entry and takes it back, so that it must never be seen. */
    void abandon(long sequence, int amount) throws ExchangeFailed;

    /** Adds one to the client's own counter. */
    void tick() throws ExchangeFailed;

    /** Reads what the client owns. */
    Holdings holdings() throws ExchangeFailed;

    /** Reads as shops do: joins, a view, a document. */
    void browse() throws ExchangeFailed;

    /** @return whether the session's settings are what the client once set */
    boolean settingsKept() throws ExchangeFailed;

    @Override
    void close();
}
