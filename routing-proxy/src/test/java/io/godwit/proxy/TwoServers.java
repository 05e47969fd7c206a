package io.godwit.proxy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * A database that exists on two servers, behind a proxy whose route leads to the first. Nothing replicates between
 * them: what a test needs on both it {@linkplain #onBoth makes} on both.
 */
public final class TwoServers implements AutoCloseable {
    public static final DatabaseId ORDERS = new DatabaseId("switch", "orders");

    public static final Duration DRAIN = Duration.ofSeconds(10);

    private final PostgresServer a = PostgresServer.shared("a");
    private final PostgresServer b = PostgresServer.shared("b");
    private final TestProxy proxy;
    private final PlacedDatabase source;
    private final PlacedDatabase target;

    public TwoServers() throws SQLException, InterruptedException {
        this(new TestProxy());
    }

    /** @param proxy closed with the servers */
    TwoServers(TestProxy proxy) throws SQLException, InterruptedException {
        this.proxy = proxy;
        source = a.createTenantDatabase(ORDERS);
        target = b.createTenantDatabase(ORDERS);
        proxy.route(ORDERS, 1, source);
    }

    public TestProxy proxy() {
        return proxy;
    }

    public PlacedDatabase source() {
        return source;
    }

    public PlacedDatabase target() {
        return target;
    }

    PostgresServer sourceServer() {
        return a;
    }

    PostgresServer targetServer() {
        return b;
    }

    /** A client's connection, through the proxy. */
    Connection connect(String... options) throws SQLException {
        return proxy.connect(ORDERS, options);
    }

    /** Runs statements as the database's owner, past the proxy. */
    void onBoth(String... statements) throws SQLException {
        for (PlacedDatabase database : List.of(source, target)) {
            on(database, statements);
        }
    }

    static void on(PlacedDatabase database, String... statements) throws SQLException {
        try (Connection connection = PostgresServer.openOwner(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Runs statements as the servers' administrator, outside the database. */
    void onBothServers(String... statements) throws SQLException {
        a.execute("postgres", statements);
        b.execute("postgres", statements);
    }

    /** How many statements with that text run on the source. */
    public long atWork(String text) throws SQLException {
        try (Connection admin = a.openAdmin("postgres")) {
            return ClientSql.oneLong(
                    admin,
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                            + " AND query LIKE '%" + text + "%'");
        }
    }

    /** Prepares the move from the first route to the target, and waits until that is done. */
    public void arm() throws InterruptedException {
        proxy.arm(ORDERS, 1, target);
    }

    /** Holds new exchanges; the number of the attempt is that of the epoch. */
    void hold(long epoch) {
        proxy.hold(ORDERS, epoch, (int) epoch, DRAIN, OnDrainTimeout.ABORT);
    }

    /** Moves the database from where the first epoch leads to {@code where}, as an orchestrator does. */
    public void move(long from, long to, PlacedDatabase where) throws InterruptedException {
        proxy.arm(ORDERS, from, where);
        hold(from);
        proxy.await(DrainCompleted.class);
        proxy.route(ORDERS, to, where);
        proxy.await(TrafficReleased.class);
    }

    /** Nobody of the database can log in to its source any more; who is logged in stays. */
    void closeSource() throws SQLException {
        a.execute("postgres", "ALTER ROLE " + source.owner().user() + " NOLOGIN");
    }

    void openSource() throws SQLException {
        a.execute("postgres", "ALTER ROLE " + source.owner().user() + " LOGIN");
    }

    /** Ends all of the database's sessions on its source, all at once as a fence does, and waits for their end. */
    void expelFromSource() throws SQLException, InterruptedException {
        try (Connection admin = a.openAdmin("postgres")) {
            Eventually.await(
                    "the sessions have ended",
                    Duration.ofSeconds(20),
                    () -> ClientSql.oneLong(admin, TestFence.REMAINING) == 0);
        }
    }

    /** Of the database on its source. */
    TestFence openSourceFence() throws SQLException {
        return new TestFence(a, source);
    }

    /** Of the database on its target. */
    TestFence openTargetFence() throws SQLException {
        return new TestFence(b, target);
    }

    @Override
    public void close() throws SQLException {
        proxy.close();
        a.dropTenantDatabase(ORDERS);
        b.dropTenantDatabase(ORDERS);
    }
}
