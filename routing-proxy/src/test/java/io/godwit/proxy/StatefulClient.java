package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneText;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;

/**
 * A client whose one session has settings, prepared statements of both kinds, a listen, advisory locks and a temporary
 * table, and which uses them all in every round. It never connects again.
 */
final class StatefulClient {
    private static final int SHARED_LOCK = 7;
    private static final int ROWS = 20;

    private final int number;
    private final Connection connection;
    private final PreparedStatement parsed;
    private final PreparedStatement insertion;
    private final PreparedStatement everything;
    private final PreparedStatement added;
    private final PreparedStatement serverPort;
    private final AtomicInteger rounds = new AtomicInteger();
    private volatile boolean stopped;
    private volatile long port;
    private volatile long longestNanos;
    private final ClientCall<Boolean> work;

    StatefulClient(int number, Connection connection) throws SQLException {
        this.number = number;
        this.connection = connection;
        execute(
                connection,
                "SET app.tenant_id = 'tenant " + number + "'",
                "SET work_mem = '" + (4096 + number) + "kB'",
                "PREPARE added (int) AS SELECT count(*) + $1 FROM mine_" + number + " WHERE false",
                "LISTEN news_" + number,
                "SELECT pg_advisory_lock(" + lock() + "), pg_advisory_lock(" + lock() + ")",
                "SELECT pg_advisory_lock_shared(" + SHARED_LOCK + ")");
        this.parsed = connection.prepareStatement("SELECT ?::int * " + number);
        this.insertion = connection.prepareStatement("INSERT INTO mine_" + number + " (n) VALUES (?)");
        this.everything = connection.prepareStatement(
                "SELECT current_setting('app.tenant_id') || ' ' || current_setting('work_mem') || ' '"
                        + " || count(*) || ' ' || sum(n) FROM mine_" + number);
        this.added = connection.prepareStatement("EXECUTE added (41)");
        this.serverPort = connection.prepareStatement("SELECT inet_server_port()");
        this.work = ClientCall.start(this::work);
    }

    /** To be run before {@link #StatefulClient}. */
    static void makeTable(int number, Connection connection) throws SQLException {
        execute(
                connection,
                "CREATE TEMP TABLE mine_" + number + " (n int PRIMARY KEY, t text DEFAULT 'x')",
                "INSERT INTO mine_" + number + " SELECT n FROM generate_series(1, " + ROWS + ") n");
    }

    private int lock() {
        return 1000 + number;
    }

    private boolean work() throws SQLException {
        while (!stopped) {
            long begun = System.nanoTime();
            round();
            longestNanos = Math.max(longestNanos, System.nanoTime() - begun);
            rounds.incrementAndGet();
        }
        return true;
    }

    private void round() throws SQLException {
        int written = ROWS + rounds.get() + 1;
        insertion.setInt(1, written);
        assertThat(insertion.executeUpdate()).isOne();
        assertThat(one(everything))
                .isEqualTo("tenant " + number + " " + (4096 + number) + "kB " + written + " "
                        + written * (written + 1) / 2);
        assertThat(one(added)).isEqualTo("41");
        parsed.setInt(1, 3);
        assertThat(one(parsed)).isEqualTo(String.valueOf(3 * number));
        port = Long.parseLong(one(serverPort));
    }

    private static String one(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    /** How often it has used everything, and found it right. */
    int rounds() {
        return rounds.get();
    }

    /** Of the server that the last round ended on. */
    long port() {
        return port;
    }

    /** Of one round, which is five exchanges. */
    long longestNanos() {
        return longestNanos;
    }

    void stop() throws Exception {
        stopped = true;
        assertThat(work.get()).isTrue();
    }

    /** To be called when it has stopped: what has come since it began to listen. */
    List<String> heard() throws SQLException {
        List<String> heard = new ArrayList<>();
        for (var notification : connection.unwrap(PGConnection.class).getNotifications(5000)) {
            heard.add(notification.getParameter());
        }
        return heard;
    }

    /** To be called when it has stopped: lets go of the locks as often as they were taken. */
    void assertLocks() throws SQLException {
        assertThat(oneText(
                        connection,
                        "SELECT pg_advisory_unlock(" + lock() + ")::text || pg_advisory_unlock(" + lock() + ")"
                                + " || pg_advisory_unlock(" + lock() + ") || pg_advisory_unlock_shared(" + SHARED_LOCK
                                + ") || pg_advisory_unlock_shared(" + SHARED_LOCK + ")"))
                .as("client %d", number)
                .isEqualTo("truetruefalsetruefalse");
    }
}
