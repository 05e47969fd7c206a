package io.godwit.proxy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * A database on a Redis server that another follows, behind a proxy whose route leads to the first. {@link #move} hands
 * it over as Godwit's services do, to and fro.
 */
final class TwoRedisServers implements AutoCloseable {
    static final DatabaseId ORDERS = new DatabaseId("switch", "orders");
    static final Duration DRAIN = Duration.ofSeconds(10);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final RedisServer a = RedisServer.start("a");
    private final RedisServer b = RedisServer.start("b");
    private final TestProxy proxy = new TestProxy(EngineId.REDIS);
    private PlacedDatabase source;
    private PlacedDatabase target;
    private final RedisWire adminOfA;
    private final RedisWire adminOfB;
    private long epoch = 1;
    private int attempt;

    TwoRedisServers() throws Exception {
        source = a.createTenantDatabase(ORDERS);
        target = b.createTenantDatabase(ORDERS);
        adminOfA = RedisWire.admin(a.access());
        adminOfB = RedisWire.admin(b.access());
        // Each server is the other's replica in turn.
        follow(adminOfA, b);
        follow(adminOfB, a);
        must(adminOfB.ask(
                "REPLICAOF", "127.0.0.1", Integer.toString(a.access().address().port())));
        Eventually.await(
                "b follows a", LIMIT, () -> info(adminOfB, "master_link_status").equals("up"));
        proxy.route(ORDERS, epoch, source);
    }

    private static void follow(RedisWire admin, RedisServer other) throws IOException {
        must(admin.ask(
                "CONFIG", "SET", "masteruser", other.access().replication().user()));
        must(admin.ask(
                "CONFIG",
                "SET",
                "masterauth",
                TestSecrets.sealer().open(other.access().replication().password())));
    }

    TestProxy proxy() {
        return proxy;
    }

    PlacedDatabase source() {
        return source;
    }

    PlacedDatabase target() {
        return target;
    }

    long epoch() {
        return epoch;
    }

    RedisServer sourceServer() {
        return isAtHome() ? a : b;
    }

    RedisWire sourceAdmin() {
        return isAtHome() ? adminOfA : adminOfB;
    }

    RedisWire targetAdmin() {
        return isAtHome() ? adminOfB : adminOfA;
    }

    private boolean isAtHome() {
        return source.server().equals(a.access());
    }

    /** A client's connection, through the proxy, logged in under that version of RESP. */
    RedisWire connect(int protocolVersion) throws IOException {
        RedisWire wire = RedisWire.plain(proxy.port());
        String answer =
                wire.ask("HELLO", Integer.toString(protocolVersion), "AUTH", ORDERS.clientName(), TestProxy.PASSWORD);
        if (answer.startsWith("-")) {
            throw new IOException(answer);
        }
        return wire;
    }

    String uri() {
        return "127.0.0.1:" + proxy.port();
    }

    /** Prepares the move to the target, and waits until that is done. */
    void arm() throws InterruptedException {
        proxy.arm(ORDERS, epoch, target);
    }

    /** Gives the preparation up; returns when the connections that were opened ahead are closed. */
    void disarm() throws InterruptedException {
        proxy.command(new ProxyCommand.DisarmMigration(TestProxy.step(ORDERS, 1)));
        Eventually.await(
                "nobody is on the target",
                LIMIT,
                () -> !targetAdmin().ask("CLIENT", "LIST").contains("user=" + ORDERS.clientName()));
    }

    /** How many exchanges wait at the gate. */
    int waiting() {
        return proxy.gate(ORDERS).waiting();
    }

    void hold() {
        attempt++;
        proxy.hold(ORDERS, epoch, attempt, DRAIN, OnDrainTimeout.ABORT);
    }

    /** Hands the database over, as the replication service does, and turns replication round. */
    void handOver() throws Exception {
        fence();
        must(sourceAdmin().ask("PUBLISH", "__godwit__:mig_test", "marker"));
        long position = Long.parseLong(info(sourceAdmin(), "master_repl_offset"));
        Eventually.await(
                "the target has everything",
                LIMIT,
                () -> Long.parseLong(info(targetAdmin(), "slave_repl_offset")) >= position);
        promote(target, sourceAdmin(), targetAdmin());
        // A replica takes no writes, and the way back is prepared there.
        unfence();
    }

    /** Makes the source, which the route was {@linkplain #commitAtOnce committed} to too early, the master. */
    void promoteSource() throws Exception {
        promote(source, targetAdmin(), sourceAdmin());
    }

    private static void promote(PlacedDatabase next, RedisWire adminOfMaster, RedisWire adminOfNext) throws Exception {
        // A replica whose link is up is online only when its master has heard that from it.
        Eventually.await(
                "the master has its replica online",
                LIMIT,
                () -> info(adminOfMaster, "slave0").contains("state=online"));
        String port = Integer.toString(next.server().address().port());
        must(adminOfMaster.ask("FAILOVER", "TO", "127.0.0.1", port, "TIMEOUT", "5000"));
        Eventually.await(
                "the next server is master",
                LIMIT,
                () -> info(adminOfNext, "role").equals("master"));
    }

    /** Nobody of the database can log in to its source any more, and nobody is. */
    void fence() throws Exception {
        must(sourceAdmin().ask("ACL", "SETUSER", ORDERS.clientName(), "off"));
        Eventually.await(
                "no client is left",
                LIMIT,
                () -> sourceAdmin()
                        .ask("CLIENT", "KILL", "USER", ORDERS.clientName())
                        .equals(":0\r\n"));
    }

    /** Takes from the target what a restart would: its clients' connections and its scripts. Returns when that is done. */
    void loseMemoryOfTarget() throws IOException {
        must(targetAdmin().ask("SCRIPT", "FLUSH"));
        must(targetAdmin().ask("CLIENT", "KILL", "USER", ORDERS.clientName()));
    }

    void unfence() throws IOException {
        must(sourceAdmin().ask("ACL", "SETUSER", ORDERS.clientName(), "on"));
    }

    /** Commits the route to the target and waits until everything that waited runs there. */
    void commit() throws InterruptedException {
        commitAtOnce();
        proxy.await(TrafficReleased.class);
    }

    /** The route leads to the target from now on, whether that knows that it is the master or not. */
    void commitAtOnce() throws InterruptedException {
        epoch++;
        PlacedDatabase before = source;
        source = target;
        target = before;
        proxy.route(ORDERS, epoch, source);
    }

    /** Gives the hold up. */
    void release() throws InterruptedException {
        proxy.command(releasing());
        proxy.await(TrafficReleased.class);
    }

    /** What gives the hold up. */
    ProxyCommand releasing() {
        return new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, attempt), epoch);
    }

    /** @throws AssertionError if the condition becomes false within a moment */
    void stays(String what, Callable<Boolean> condition) throws Exception {
        Eventually.stays(what, Duration.ofMillis(300), condition);
    }

    /** The whole move; the next one leads back. */
    void move() throws Exception {
        arm();
        hold();
        proxy.await(DrainCompleted.class);
        handOver();
        commit();
        Eventually.await(
                "the old source follows",
                LIMIT,
                () -> info(targetAdmin(), "master_link_status").equals("up"));
    }

    /** A field of {@code INFO}; empty if there is none. */
    static String info(RedisWire wire, String field) throws IOException {
        String info = wire.ask("INFO");
        int at = info.indexOf("\n" + field + ":");
        return at < 0 ? "" : info.substring(at + field.length() + 2, info.indexOf('\r', at));
    }

    static void must(String answer) throws IOException {
        if (answer.startsWith("-")) {
            throw new IOException(answer);
        }
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        adminOfA.close();
        adminOfB.close();
        a.close();
        b.close();
    }
}
