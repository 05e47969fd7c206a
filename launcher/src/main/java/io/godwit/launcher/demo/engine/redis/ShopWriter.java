package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;

/** How a client writes what belongs together. */
interface ShopWriter {
    /** Writes a ledger entry and its number. */
    void append(long sequence, int amount) throws ExchangeFailed;

    /** Writes a ledger entry and sells so many units of a product, all or nothing. */
    void purchase(long sequence, int amount, int product) throws ExchangeFailed;
}
