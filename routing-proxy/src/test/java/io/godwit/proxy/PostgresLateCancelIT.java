package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.SessionsPinned;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cancel request is still on its way to the server when the query it was meant for has ended. */
class PostgresLateCancelIT {
    private static final DatabaseId ORDERS = new DatabaseId("cancel", "orders");
    private static final Duration LONG = Duration.ofSeconds(15);

    private final PostgresServer server = PostgresServer.shared("a");

    @SuppressWarnings("NullAway.Init") // each test starts them
    private TestProxy proxy;

    @SuppressWarnings("NullAway.Init")
    private FaultyLink link;

    private void start(Pooling.Mode mode) throws Exception {
        proxy = new TestProxy(new Pooling(mode, 1, LONG));
        PlacedDatabase placed = server.createTenantDatabase(ORDERS);
        link = FaultyLink.to(placed.server().address());
        proxy.route(ORDERS, 1, link.through(placed));
    }

    @AfterEach
    void stop() throws SQLException {
        proxy.close();
        link.close();
        server.dropTenantDatabase(ORDERS);
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void whoseConnectionItIsNextRunsUncancelled(Pooling.Mode mode) throws Exception {
        start(mode);
        List<Connection> others = new ArrayList<>();
        try (Connection cancelling = proxy.connect(ORDERS);
                Statement cancelled = cancelling.createStatement()) {
            Connection next = takesOverFrom(cancelling, others);
            oneLong(cancelling, "SELECT pg_backend_pid()");
            ClientCall<Boolean> cancel = cancelTooLate(cancelled);

            ClientCall<String> second = ClientCall.start(() -> oneText(next, "SELECT 'undisturbed', pg_sleep(1)"));
            second.assertHeld();
            link.pass();
            assertThat(second.get()).isEqualTo("undisturbed");
            cancel.get();
        } finally {
            for (Connection connection : others) {
                connection.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoseStateIsToBeReadStaysWhereItIsUntilThen(Pooling.Mode mode) throws Exception {
        start(mode);
        try (Connection cancelling = proxy.connect(ORDERS);
                Statement cancelled = cancelling.createStatement()) {
            execute(cancelling, "SET work_mem = '7MB'");
            ClientCall<Boolean> cancel = cancelTooLate(cancelled);
            proxy.hold(ORDERS, 1, 1, LONG, OnDrainTimeout.ABORT);
            assertThat(proxy.await(SessionsPinned.class).pinned())
                    .extracting(PinnedSession::reason)
                    .containsExactly("cancel request on its way");
            link.pass();
            proxy.await(DrainCompleted.class);
            cancel.get();
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            assertThat(oneText(cancelling, "SHOW work_mem")).isEqualTo("7MB");
        }
    }

    /** @return the request, which arrives when the link passes again; by now the query has ended */
    private ClientCall<Boolean> cancelTooLate(Statement cancelled) throws Exception {
        ClientCall<Boolean> query = ClientCall.start(() -> cancelled.execute("SELECT pg_sleep(1)"));
        query.assertHeld();
        link.stallNewcomers();
        ClientCall<Boolean> cancel = ClientCall.start(() -> {
            cancelled.cancel();
            return true;
        });
        Eventually.await("the cancel request is on its way", LONG, () -> link.openConnections() == 2);
        query.get();
        return cancel;
    }

    /** A session of the same event loop, which gets the server connection as it is. */
    private Connection takesOverFrom(Connection session, List<Connection> opened) throws SQLException {
        while (opened.size() < 8) {
            Connection other = proxy.connect(ORDERS);
            opened.add(other);
            long pid = oneLong(session, "SELECT pg_backend_pid()");
            if (oneLong(other, "SELECT pg_backend_pid()") == pid) {
                return other;
            }
        }
        throw new AssertionError("of " + opened.size() + " sessions none got the server connection of the first");
    }
}
