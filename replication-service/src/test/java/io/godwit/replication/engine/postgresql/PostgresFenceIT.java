package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresFenceIT {
    private static final String ACCESS =
            "SELECT array_agg(a ORDER BY a)::text FROM (SELECT grantee::regrole || privilege_type"
                    + " || is_grantable AS a FROM pg_database, aclexplode(datacl) WHERE datname = current_database()) x"
                    + " UNION ALL SELECT string_agg(rolname || rolcanlogin, ' ' ORDER BY rolname) FROM pg_roles"
                    + " WHERE rolname LIKE 'shop\\_\\_%' OR rolname LIKE 'reader%'";

    private Shop shop;
    private PlacedDatabase source;

    @BeforeEach
    void openShop() throws Exception {
        shop = new Shop();
        source = shop.stream.source();
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.engine.unfence(shop.stream.migrationId(), source);
        shop.close();
    }

    @Test
    void aFencedDatabaseEndsAndRefusesItsSessionsAndNobodyElses() throws Exception {
        DatabaseId neighbour = new DatabaseId("neighbour", "shop");
        PlacedDatabase other = shop.sourceServer.createTenantDatabase(neighbour);
        try (Connection neighbourSession = PostgresServer.openOwner(other);
                Connection session = PostgresServer.openOwner(source)) {
            shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);

            assertThatThrownBy(() -> select(session)).isInstanceOf(SQLException.class);
            assertRefused();
            select(neighbourSession);
            PostgresServer.openOwner(other).close();
        } finally {
            shop.sourceServer.dropTenantDatabase(neighbour);
        }
    }

    @Test
    void whatIsOnItsWayWhenTheFenceIsLoweredClosesNothing() throws Exception {
        String migration = shop.stream.migrationId();
        shop.engine.fence(migration, source, ClientHold.UNLIMITED);
        try (FaultyLink link = FaultyLink.to(source.server().address())) {
            CountDownLatch stalled = new CountDownLatch(1);
            Thread late = Thread.ofVirtual().start(() -> closeLate(link, stalled, migration));
            stalled.await();
            shop.engine.unfence(migration, source);
            link.pass();
            late.join();

            Eventually.stays("open", Duration.ofMillis(300), () -> {
                PostgresServer.openOwner(source).close();
                return true;
            });
        }
    }

    /** What it sends stays in the link until that lets it pass. */
    private void closeLate(FaultyLink link, CountDownLatch stalled, String migration) {
        try (PostgresSession session = PostgresSession.ofAdmin(
                PostgresServer.connections().openAdmin(link.through(source).server(), source.databaseName()),
                Duration.ofSeconds(30))) {
            PostgresBackends.deed(session, migration, in -> {
                link.stall();
                stalled.countDown();
                in.execute("ALTER ROLE " + PostgresNames.quoted(source.owner().user()) + " NOLOGIN");
            });
        } catch (SQLException | InterruptedException _) {
            // Its session was ended, as it should be.
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsOnItsWayForLongerThanClientsAreHeldClosesNothing() throws Exception {
        try (PostgresSession session =
                PostgresSession.ofAdmin(shop.sourceServer.openAdmin(source.databaseName()), Duration.ofSeconds(30))) {
            Instant until = Instant.now().plusMillis(500);
            String late = PostgresClosing.inTime(session, new ClientHold(until), "CREATE TABLE public.closed ()");
            Eventually.await(
                    "the hold is over",
                    Duration.ofSeconds(10),
                    () -> Instant.now().isAfter(until));

            assertThatThrownBy(() -> session.execute(late)).hasMessageContaining("too late to close");
            assertThat(session.isTrue("SELECT to_regclass('public.closed') IS NULL"))
                    .isTrue();
            PostgresClosing.execute(
                    session, ClientHold.UNLIMITED, "CREATE TABLE public.closed (); DROP TABLE public.closed");
        }
    }

    @Test
    void theFenceSurvivesARestartOfTheServer() throws Exception {
        shop.close();
        try (PostgresServer server = PostgresServer.start("fenced")) {
            shop = new Shop(server, PostgresServer.shared("target"));
            source = shop.stream.source();
            shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);
            server.process().kill();
            server.process().start();
            server.process().awaitReady(Duration.ofSeconds(30));
            assertRefused();
            shop.engine.unfence(shop.stream.migrationId(), source);
            PostgresServer.openOwner(source).close();
            shop.close();
        }
        shop = new Shop();
        source = shop.stream.source();
    }

    @Test
    void unfencingRestoresExactlyWhatWasThere() throws Exception {
        shop.sourceServer.execute(
                "postgres",
                "GRANT CONNECT, TEMPORARY ON DATABASE " + source.databaseName() + " TO " + shop.reader()
                        + " WITH GRANT OPTION",
                "GRANT CONNECT ON DATABASE " + source.databaseName() + " TO PUBLIC",
                "ALTER ROLE " + shop.reader() + " LOGIN");
        List<String> before = shop.query(source, ACCESS);
        shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);
        assertThat(shop.query(source, ACCESS)).isNotEqualTo(before);
        // What was there is not forgotten when a fenced database is fenced again.
        shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);

        shop.engine.unfence(shop.stream.migrationId(), source);

        assertThat(shop.query(source, ACCESS)).isEqualTo(before);
        PostgresServer.openOwner(source).close();
    }

    @Test
    void aRoleThatAnotherDatabaseLetsInWithEverybodyIsKeptOutOfTheFencedOneOnly() throws Exception {
        shop.sourceServer.execute(
                "postgres",
                "CREATE DATABASE open_house",
                "ALTER ROLE " + shop.reader() + " LOGIN",
                "GRANT CONNECT ON DATABASE " + source.databaseName() + " TO " + shop.reader());
        try {
            shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);

            assertThat(shop.query(
                            source,
                            "SELECT rolcanlogin || ' ' || has_database_privilege(oid, current_database(), 'CONNECT')"
                                    + " FROM pg_roles WHERE rolname = '" + shop.reader() + "'"))
                    .containsExactly("true false");
        } finally {
            shop.sourceServer.execute("postgres", "DROP DATABASE open_house");
        }
    }

    @Test
    void aSessionWhoseRoleWasDroppedEndsToo() throws Exception {
        PlacedDatabase asGhost = new PlacedDatabase(
                source.server(),
                source.databaseName(),
                new Login("ghost", source.owner().password()));
        shop.sourceServer.execute(
                "postgres",
                "CREATE ROLE ghost LOGIN PASSWORD '"
                        + TestSecrets.sealer().open(source.owner().password()) + "'",
                "GRANT CONNECT ON DATABASE " + source.databaseName() + " TO ghost");
        try (Connection session = PostgresServer.openOwner(asGhost)) {
            shop.sourceServer.execute(
                    "postgres",
                    "REVOKE CONNECT ON DATABASE " + source.databaseName() + " FROM ghost",
                    "DROP ROLE ghost");
            select(session);

            shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);

            assertThatThrownBy(() -> select(session)).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aRoleDroppedBehindTheFenceDoesNotKeepItUp() throws Exception {
        shop.sourceServer.execute(
                "postgres",
                "CREATE ROLE passing LOGIN",
                "GRANT CONNECT ON DATABASE " + source.databaseName() + " TO passing");
        shop.engine.fence(shop.stream.migrationId(), source, ClientHold.UNLIMITED);
        shop.sourceServer.execute("postgres", "DROP ROLE passing");

        shop.engine.unfence(shop.stream.migrationId(), source);

        PostgresServer.openOwner(source).close();
    }

    private void assertRefused() {
        assertThatThrownBy(() -> PostgresServer.openOwner(source))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
    }

    private static void select(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("SELECT 1");
        }
    }
}
