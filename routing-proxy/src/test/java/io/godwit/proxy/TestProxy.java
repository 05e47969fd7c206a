package io.godwit.proxy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyEvent;
import io.godwit.events.StepRef;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.proxy.gate.GateMeters;
import io.godwit.proxy.gate.GateRegistry;
import io.godwit.proxy.gate.ScheduledGateTimer;
import io.godwit.proxy.network.EventLoops;
import io.godwit.proxy.network.ProxyListener;
import io.godwit.proxy.network.TlsContexts;
import io.godwit.proxy.protocol.LoginThrottle;
import io.godwit.proxy.protocol.PoolMeters;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.godwit.proxy.protocol.ServerReach;
import io.godwit.proxy.protocol.SessionLimits;
import io.godwit.proxy.protocol.WireProtocol;
import io.godwit.proxy.protocol.postgresql.PostgresPools;
import io.godwit.proxy.protocol.postgresql.PostgresProtocol;
import io.godwit.proxy.protocol.redis.RedisProtocol;
import io.godwit.testing.TestSecrets;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A proxy wired as the application wires it, with routes and commands from the test. */
public final class TestProxy implements AutoCloseable {
    public static final String PASSWORD = "the client's \"own\" pässword";
    /** A proxy that stood still for so long knows it. */
    public static final Duration NOTICED = Duration.ofMillis(1200);

    /** One that nobody ever connects to. */
    public static final Backend NO_SERVER = new Backend(
            "a",
            new ServerAddress("localhost", 5432),
            TransportSecurity.PLAIN,
            "orders__acme",
            new Login("orders__acme", TestSecrets.sealer().seal("secret")));

    private static final Duration HOLD_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

    private final BlockingQueue<ProxyEvent> events = new LinkedBlockingQueue<>();
    private final EventLoops loops = new EventLoops(2);
    private final ScheduledGateTimer timer = new ScheduledGateTimer();
    private final ExecutorService blockingWork = Executors.newVirtualThreadPerTaskExecutor();
    private final EngineId engine;
    private final GateRegistry gates;
    private final WireProtocol protocol;
    private final ProxyListener listener;
    private volatile PoolMeters.@Nullable Figures pool;

    /** For databases of PostgreSQL. */
    public TestProxy() {
        this(EngineId.POSTGRESQL);
    }

    /** For databases of that engine. */
    public TestProxy(EngineId engine) {
        this(engine, HOLD_LIMIT, 500);
    }

    public TestProxy(Duration holdLimit, int maxSessionsPerDatabase) {
        this(EngineId.POSTGRESQL, holdLimit, maxSessionsPerDatabase);
    }

    public TestProxy(EngineId engine, Duration holdLimit, int maxSessionsPerDatabase) {
        this(engine, ReconnectSettings.withLimits(holdLimit, holdLimit), maxSessionsPerDatabase);
    }

    /** For databases of PostgreSQL that are all pooled in this way. */
    public TestProxy(Pooling pooling) {
        this(EngineId.POSTGRESQL, ReconnectSettings.withLimits(HOLD_LIMIT, HOLD_LIMIT), 1000, pooling);
    }

    public TestProxy(EngineId engine, ReconnectSettings reconnecting, int maxSessionsPerDatabase) {
        this(engine, reconnecting, maxSessionsPerDatabase, new Pooling(Mode.NONE, 1, HOLD_LIMIT));
    }

    private TestProxy(EngineId engine, ReconnectSettings reconnecting, int maxSessionsPerDatabase, Pooling pooling) {
        this.engine = engine;
        gates = new GateRegistry("p1", timer, (id, event) -> events.add(event), loops.all(), new NoMeters());
        TlsContexts tls = TlsContexts.load(
                new TlsContexts.Files(null, null, TestSecrets.caCertificate(), TestSecrets.caKey()), "127.0.0.1");
        SessionLimits limits = new SessionLimits(1000, maxSessionsPerDatabase, gates::sessions, Duration.ofSeconds(2));
        LoginThrottle throttle = new LoginThrottle(InstantSource.system());
        ServerReach servers = new ServerReach(
                loops.channel(), Duration.ofSeconds(2), tls.servers(), TestSecrets.sealer(), blockingWork);
        protocol = switch (engine) {
            case POSTGRESQL ->
                new PostgresProtocol(
                        0,
                        gates,
                        limits,
                        throttle,
                        reconnecting,
                        new PostgresPools(id -> pooling, (id, figures) -> pool = figures),
                        servers,
                        tls.clients());
            case REDIS -> new RedisProtocol(0, gates, limits, throttle, reconnecting, servers, tls.clients());
        };
        listener = new ProxyListener(loops, "127.0.0.1", List.of(protocol));
        listener.open();
    }

    public GateRegistry gates() {
        return gates;
    }

    public DatabaseGate gate(DatabaseId id) {
        return gates.find(engine, id.clientName()).orElseThrow();
    }

    /** Of the proxy's engine. */
    public WireProtocol protocol() {
        return protocol;
    }

    /** Of the pool that was made last. */
    public PoolMeters.Figures pool() {
        return Objects.requireNonNull(pool, "no pool has been made");
    }

    public int port() {
        return listener.port(engine);
    }

    public void route(DatabaseId id, long epoch, PlacedDatabase placed) throws InterruptedException {
        gates.onRoute(new DatabaseRoute(
                id, engine, epoch, new DatabaseRoute.ClientLogin(id.clientName(), verifier()), backend(placed)));
        CountDownLatch known = new CountDownLatch(1);
        gates.afterRoutes(known::countDown);
        known.await();
    }

    private String verifier() {
        return switch (engine) {
            case POSTGRESQL -> PostgresProtocol.verifierOf(PASSWORD);
            case REDIS -> RedisProtocol.verifierOf(PASSWORD);
        };
    }

    public static Backend backend(PlacedDatabase placed) {
        return new Backend(
                placed.server().serverId(),
                placed.server().address(),
                placed.server().security(),
                placed.databaseName(),
                placed.owner());
    }

    public void command(ProxyCommand command) {
        gates.onCommand(command);
    }

    public static StepRef step(DatabaseId id, int attempt) {
        return new StepRef("mig_test", id, attempt);
    }

    public void arm(DatabaseId id, long epoch, PlacedDatabase target) throws InterruptedException {
        command(new ProxyCommand.ArmMigration(step(id, 1), epoch, backend(target)));
        await(ProxyEvent.MigrationArmed.class);
    }

    public void hold(DatabaseId id, long epoch, int attempt, Duration drain, ProxyCommand.OnDrainTimeout otherwise) {
        command(new ProxyCommand.HoldTraffic(step(id, attempt), epoch, 20_000, drain.toMillis(), otherwise));
    }

    /** @return the next event of that kind; those before it are dropped */
    public <T extends ProxyEvent> T await(Class<T> kind) throws InterruptedException {
        return kind.cast(await(List.of(kind)));
    }

    /** @return the next event of one of the kinds; those before it are dropped */
    public ProxyEvent await(List<Class<? extends ProxyEvent>> kinds) throws InterruptedException {
        long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (true) {
            ProxyEvent event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new AssertionError("none of " + kinds + " within " + ANSWER_LIMIT);
            }
            if (kinds.stream().anyMatch(kind -> kind.isInstance(event))) {
                return event;
            }
        }
    }

    public boolean hasTold(Class<? extends ProxyEvent> kind) {
        return events.stream().anyMatch(kind::isInstance);
    }

    /**
     * Stops all that the proxy does for its clients, as if its process had been stopped, until that is closed; it notices
     * that if it was {@link #NOTICED}.
     */
    public Sleep sleep() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch asleep = new CountDownLatch(loops.all().size());
        loops.all()
                .forEach(loop -> loop.execute(() -> {
                    asleep.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                }));
        asleep.await();
        return end::countDown;
    }

    /** Lasts until it is closed. */
    @FunctionalInterface
    public interface Sleep extends AutoCloseable {
        @Override
        void close();
    }

    /** @param options pairs of connection properties */
    public Connection connect(DatabaseId id, String... options) throws SQLException {
        return connectTo(id.clientName(), id, options);
    }

    /** As {@link #connect}, to a database of any name. */
    public Connection connectTo(String database, DatabaseId id, String... options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", id.clientName());
        properties.setProperty("password", PASSWORD);
        properties.setProperty("sslmode", "disable");
        for (int i = 0; i < options.length; i += 2) {
            properties.setProperty(options[i], options[i + 1]);
        }
        String path = URLEncoder.encode(database, StandardCharsets.UTF_8);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/" + path, properties);
    }

    @Override
    public void close() {
        listener.close();
        gates.cutAll();
        timer.close();
        loops.close();
        blockingWork.close();
    }

    private static final class NoMeters implements GateMeters {
        @Override
        public void onGate(DatabaseGate gate) {
            // Not measured here.
        }

        @Override
        public void onGateRemoved(DatabaseGate gate) {
            // Not measured here.
        }

        @Override
        public void onHeld(DatabaseId databaseId, Duration time) {
            // Not measured here.
        }
    }
}
