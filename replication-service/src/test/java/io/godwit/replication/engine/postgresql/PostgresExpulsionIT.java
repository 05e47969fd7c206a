package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.fastpath.Fastpath;
import org.postgresql.fastpath.FastpathArg;

class PostgresExpulsionIT {
    private static final int CLIENTS = 12;
    private static final int ROUNDS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NOTES = "SELECT count(*) FROM public.notes";

    private static final String BEGINNING =
            "SELECT coalesce(max(pid), 0) FROM pg_locks JOIN pg_database d ON d.oid = objid"
                    + " WHERE d.datname = current_database() AND locktype = 'object' AND pid <> pg_backend_pid()";

    /** A commit takes long, and a server that has begun one does not break it off. */
    private static final Map<String, String> SLOW_COMMITS =
            Map.of("fsync", "on", "commit_delay", "20000", "commit_siblings", "0");

    private static PostgresServer server;

    private Shop shop;
    private PlacedDatabase source;
    private Connection admin;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start("slow", SLOW_COMMITS);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openShop() throws Exception {
        shop = new Shop(server, PostgresServer.shared("target"));
        source = shop.stream.source();
        admin = server.openAdmin(source.databaseName());
        shop.execute(source, """
                CREATE TABLE public.notes (at timestamptz DEFAULT clock_timestamp());
                CREATE FUNCTION public.note() RETURNS int LANGUAGE sql
                AS 'INSERT INTO public.notes DEFAULT VALUES; SELECT 1';
                GRANT ALL ON public.notes TO PUBLIC""");
    }

    @AfterEach
    void closeShop() throws Exception {
        admin.close();
        shop.engine.unfence(shop.stream.migrationId(), source);
        shop.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsChangedBehindTheFence(Client client) throws Exception {
        List<Thread> clients = IntStream.range(0, CLIENTS)
                .mapToObj(_ -> Thread.ofVirtual().start(() -> changeUntilInterrupted(client)))
                .toList();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                long before = number(NOTES);
                Eventually.await("the clients are at work", LIMIT, () -> number(NOTES) > before + CLIENTS);

                shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);

                long behind = number(NOTES);
                Eventually.await("their sessions are gone", LIMIT, () -> sessions() == 0);
                assertThat(number(NOTES)).isEqualTo(behind);
                shop.engine.unfence(shop.stream.migrationId(), source);
            }
        } finally {
            clients.forEach(Thread::interrupt);
            for (Thread thread : clients) {
                thread.join();
            }
        }
    }

    @Test
    void aSessionInATransactionHasEnded() throws Exception {
        try (Connection session = PostgresServer.openOwner(source);
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("INSERT INTO public.notes DEFAULT VALUES");

            shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);

            assertThat(sessions()).isZero();
            assertThat(number(NOTES)).isZero();
        }
    }

    @Test
    void aSessionThatHasJustBegunIsOutToo() throws Exception {
        Thread client = Thread.ofVirtual().start(() -> {
            // It has found its right to connect, and is not yet a session.
            try (Connection session = PostgresServer.openOwner(source, Map.of("options", "-c post_auth_delay=1"))) {
                Client.IN_NEW_SESSIONS.change(session);
            } catch (SQLException _) {
                Thread.onSpinWait();
            }
        });
        Eventually.await("a session begins", LIMIT, () -> number(BEGINNING) > 0);
        long beginning = number(BEGINNING);

        shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);

        // On a machine that stood still for long, the session was in, and has left its note, before the fence.
        long behind = number(NOTES);
        // Its client may be trying again, in vain.
        assertThat(number(BEGINNING)).isNotEqualTo(beginning);
        client.join();
        assertThat(number(NOTES)).isEqualTo(behind);
    }

    /** As often as it can; when it is out, it tries to get in again. */
    private void changeUntilInterrupted(Client client) {
        while (!Thread.currentThread().isInterrupted()) {
            try (Connection session = PostgresServer.openOwner(source)) {
                client.change(session);
            } catch (SQLException _) {
                Thread.onSpinWait();
            }
        }
    }

    private long sessions() throws SQLException {
        return number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = '"
                + source.owner().user() + "'");
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = admin.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Ways to change something that differ in what the server does between reading a command and committing it. */
    enum Client {
        WITH_STATEMENTS {
            @Override
            void change(Connection session) throws SQLException {
                try (Statement statement = session.createStatement()) {
                    while (!Thread.currentThread().isInterrupted()) {
                        statement.execute("INSERT INTO public.notes DEFAULT VALUES");
                    }
                }
            }
        },
        WITH_FUNCTION_CALLS {
            @Override
            @SuppressWarnings("deprecation")
            void change(Connection session) throws SQLException {
                Fastpath functions = session.unwrap(PGConnection.class).getFastpathAPI();
                try (Statement statement = session.createStatement();
                        ResultSet named = statement.executeQuery(
                                "SELECT proname, oid::int FROM pg_proc WHERE proname = 'note'")) {
                    functions.addFunctions(named);
                }
                while (!Thread.currentThread().isInterrupted()) {
                    functions.getInteger("note", new FastpathArg[0]);
                }
            }
        },
        WITH_TEMPORARY_TABLES {
            @Override
            void change(Connection session) throws SQLException {
                try (Statement statement = session.createStatement()) {
                    statement.execute("CREATE TEMPORARY TABLE mine (id int PRIMARY KEY, name text)");
                    while (!Thread.currentThread().isInterrupted()) {
                        statement.execute("BEGIN; INSERT INTO public.notes DEFAULT VALUES; COMMIT");
                    }
                }
            }
        },
        IN_NEW_SESSIONS {
            @Override
            void change(Connection session) throws SQLException {
                try (Statement statement = session.createStatement()) {
                    statement.execute("INSERT INTO public.notes DEFAULT VALUES");
                }
            }
        };

        abstract void change(Connection session) throws SQLException;
    }
}
