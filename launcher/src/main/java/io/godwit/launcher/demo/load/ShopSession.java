package io.godwit.launcher.demo.load;

/** A client that buys in the shop, over one connection. Each call is one exchange. Used by one thread. */
public non-sealed interface ShopSession extends ClientSession {
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

    /** Reads as shops do: joins, a view, a document, or what the engine has in their place. */
    void browse() throws ExchangeFailed;
}
