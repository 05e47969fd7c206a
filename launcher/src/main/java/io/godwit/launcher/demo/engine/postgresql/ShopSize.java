package io.godwit.launcher.demo.engine.postgresql;

/** How many rows of each kind make a shop of a certain size. */
record ShopSize(long customers, long products, long orders, long payments) {
    static final int ITEMS_OF_ORDER = 2;
    private static final long LEAST = 10;

    static ShopSize of(long rows) {
        long customers = Math.max(LEAST, rows / 10);
        long products = Math.max(LEAST, rows / 50);
        long orders = Math.max(LEAST, rows / 4);
        long payments = Math.max(LEAST, rows - customers - products - orders * (1 + ITEMS_OF_ORDER));
        return new ShopSize(customers, products, orders, payments);
    }

    long rows() {
        return customers + products + orders * (1 + ITEMS_OF_ORDER) + payments;
    }
}
