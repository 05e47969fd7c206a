package io.godwit.launcher.demo.engine.redis;

import java.util.List;

/** The keys of the shop, and the commands that change those of one client. What clients change begins with {@link #LIVE}. */
final class ShopKeys {
    /** The logical databases that have a shop. */
    static final List<Integer> DATABASES = List.of(0, 3);

    static final String LIVE = "live";
    /** How many customers there are. */
    static final String CUSTOMERS = "shop:customers";

    static final String SEQUENCE = "sequence";
    static final String BALANCE = "balance";
    /** So few that clients often meet at one. */
    static final int PRODUCTS_FOR_SALE = 20;

    private static final int NEW_ORDERS = 500;

    /** So many numbers of entries share a key: what grows for ever is kept in pieces, as applications should. */
    private static final int PAGE = 200;

    private final int client;

    ShopKeys(int client) {
        this.client = client;
    }

    int client() {
        return client;
    }

    /** What the streams of the client's entries begin with; the number of the page follows. */
    String ledgers() {
        return LIVE + ":ledger:" + client + ":";
    }

    /** What the lists of the same entries' numbers begin with, in which nothing keeps a number from standing twice. */
    String audits() {
        return LIVE + ":audit:" + client + ":";
    }

    String ledger(long sequence) {
        return ledgers() + sequence / PAGE;
    }

    String audit(long sequence) {
        return audits() + sequence / PAGE;
    }

    /** Which each of the client's entries writes over, so that big values do not fill the server for ever. */
    String ballast() {
        return LIVE + ":ballast:" + client;
    }

    String account() {
        return LIVE + ":account:" + client;
    }

    String ticks() {
        return LIVE + ":ticks:" + client;
    }

    /** How many units of a product have left the stock. */
    static String sold(int product) {
        return LIVE + ":sold:" + product;
    }

    static String newOrders() {
        return LIVE + ":orders";
    }

    static String turnover() {
        return LIVE + ":turnover";
    }

    List<RedisCommand> entry(long sequence, int amount, String payload) {
        return List.of(
                RedisCommand.of("XADD", ledger(sequence), "*", SEQUENCE, sequence, "client", client, "amount", amount),
                RedisCommand.of("RPUSH", audit(sequence), sequence),
                RedisCommand.of("SET", ballast(), payload));
    }

    List<RedisCommand> sale(int amount) {
        return List.of(
                RedisCommand.of("HINCRBY", account(), BALANCE, amount),
                RedisCommand.of(
                        "XADD", newOrders(), "MAXLEN", "~", NEW_ORDERS, "*", "client", client, "amount", amount),
                RedisCommand.of("ZINCRBY", turnover(), amount, client));
    }

    RedisCommand takeStock(int product, int amount) {
        return RedisCommand.of("INCRBY", sold(product), amount);
    }

    RedisCommand tick() {
        return RedisCommand.of("INCR", ticks());
    }

    List<RedisCommand> holdings() {
        return List.of(RedisCommand.of("HGET", account(), BALANCE), RedisCommand.of("GET", ticks()));
    }
}
