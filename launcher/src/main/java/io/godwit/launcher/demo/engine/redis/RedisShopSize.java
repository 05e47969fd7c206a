package io.godwit.launcher.demo.engine.redis;

/**
 * How many keys, or entries of one key, of each kind make a shop of a certain size.
 *
 * @param products each has a key and an entry in the list by price
 * @param orders each has a key and an entry in its customer's list
 * @param recent entries of the stream of orders
 * @param tagged members of the sets of tags
 * @param sessions that expire long after the demo
 * @param flashes that expire while the demo runs, or soon after
 * @param singles keys of which there is one each
 * @param logged entries of one long list
 */
record RedisShopSize(
        long customers,
        long products,
        long orders,
        long recent,
        long tagged,
        long sessions,
        long flashes,
        long singles,
        long logged) {
    private static final int ARCHIVE = 10;
    private static final int SINGLES = 5;

    /** The shop that most clients use. */
    static RedisShopSize main(long rows) {
        return of(rows - rows / ARCHIVE, SINGLES);
    }

    /** The smaller one in another logical database. */
    static RedisShopSize archive(long rows) {
        return of(rows / ARCHIVE, 1);
    }

    private static RedisShopSize of(long rows, long singles) {
        long customers = rows / 10;
        long products = rows / 20;
        long orders = rows / 5;
        long flashes = rows / 100;
        long others = customers + 2 * products + 2 * orders + 3 * customers + flashes + singles;
        return new RedisShopSize(
                customers, products, orders, customers, customers, customers, flashes, singles, rows - others);
    }

    long rows() {
        return customers + 2 * products + 2 * orders + recent + tagged + sessions + flashes + singles + logged;
    }
}
