package io.godwit.provisioning;

import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.processes.ProcessIdentity;
import io.godwit.provisioning.ProvisioningFixture.Answer;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.ServicesDatabase;
import io.godwit.testing.TestSecrets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ServersIT {
    private static ProvisioningFixture service;
    private static PostgresServer existing;
    private static String registered;

    @BeforeAll
    static void start() throws Exception {
        existing = PostgresServer.start("existing");
        service = new ProvisioningFixture(Map.of("godwit.provisioning.max-databases-per-shared-server", 2));
        service.createTenant("wayne");
        Answer answer = register(existing, "elsewhere", "shared");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        registered = answer.body().path("id").stringValue();
    }

    @AfterAll
    static void stop() {
        service.close();
        existing.close();
    }

    @Test
    void registeredServerIsKnownWithoutItsPassword() throws Exception {
        Answer shown = service.get("/api/v1/servers/" + registered);
        assertThat(shown.body().path("provider").stringValue()).isEqualTo("registered");
        assertThat(shown.body().path("status").stringValue()).isEqualTo("ready");
        assertThat(shown.body().path("version").stringValue())
                .isEqualTo(existing.access().version());
        assertThat(shown.body().toString()).doesNotContain("assword");
        assertThat(register(existing, "elsewhere", "shared").code()).isEqualTo("SERVER_EXISTS");
    }

    @Test
    void serverThatCanNotBeUsedIsRefusedWithTheReason() throws Exception {
        try (PostgresServer plain = PostgresServer.start("replica", Map.of("wal_level", "replica"))) {
            assertThat(register(plain, "nowhere", "shared").code()).isEqualTo("WAL_LEVEL_NOT_LOGICAL");
            assertThat(register(plain, "godwit_admin", "wrong", "VERIFY_CA").code())
                    .isEqualTo("SERVER_LOGIN_REFUSED");
        }
        try (PostgresServer fit = PostgresServer.start("fit")) {
            fit.execute("postgres", "CREATE ROLE ordinary LOGIN PASSWORD 'ordinary'");
            assertThat(register(fit, "ordinary", "ordinary", "VERIFY_CA").code())
                    .isEqualTo("SERVER_RIGHTS_MISSING");
            assertThat(register(fit, "ordinary", "ordinary", "PLAIN").code()).isEqualTo("SERVER_LOGIN_REFUSED");
        }
        assertThat(service.post("/api/v1/servers", """
                                {"engine":"postgresql","host":"127.0.0.1","port":9,"user":"a","password":"b"}""").code()).isEqualTo("SERVER_UNREACHABLE");
    }

    @Test
    void existingDatabaseIsAdoptedWithAllItHolds() throws Exception {
        existing.execute(
                "postgres",
                "CREATE ROLE legacy LOGIN PASSWORD 'legacy'",
                "CREATE DATABASE \"Old Shop?50%\" OWNER legacy");
        existing.execute(
                "Old Shop?50%",
                "CREATE TABLE item (id int PRIMARY KEY)",
                "ALTER TABLE item OWNER TO legacy",
                "INSERT INTO item VALUES (1), (2)");

        Answer adopted = service.post(
                "/api/v1/tenants/wayne/databases",
                "{\"name\":\"shop\",\"adopt\":{\"server\":\"%s\",\"database\":\"Old Shop?50%%\"}}"
                        .formatted(registered));

        assertThat(adopted.status()).as(adopted.body().toString()).isEqualTo(201);
        assertThat(adopted.body().at("/connection/user").stringValue()).isEqualTo("shop__wayne");
        PlacedDatabase placed = service.placement("wayne", "shop");
        assertThat(placed.databaseName()).isEqualTo("Old Shop?50%");
        try (Connection connection = openAs(placed.owner(), placed);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE item ADD COLUMN name text");
            try (ResultSet row = statement.executeQuery("SELECT count(*) FROM item")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(2);
            }
        }
        assertThat(service.post(
                                "/api/v1/tenants/wayne/databases/again/adopt",
                                "{\"server\":\"%s\",\"database\":\"Old Shop?50%%\"}".formatted(registered))
                        .code())
                .isEqualTo("DATABASE_MANAGED");
    }

    @Test
    void databaseThatCanNotBeAdoptedStaysAsItIs() throws Exception {
        existing.execute("postgres", "CREATE DATABASE of_admin");
        for (Map.Entry<String, String> refused : Map.of(
                        "of_admin", "OWNER_IS_SUPERUSER",
                        "nothing", "DATABASE_MISSING_ON_SERVER",
                        "postgres", "DATABASE_NOT_ADOPTABLE")
                .entrySet()) {
            Answer answer = service.post(
                    "/api/v1/tenants/wayne/databases/kept/adopt",
                    "{\"server\":\"%s\",\"database\":\"%s\"}".formatted(registered, refused.getKey()));
            assertThat(answer.code()).isEqualTo(refused.getValue());
        }
        assertThat(service.get("/api/v1/tenants/wayne/databases/kept").code()).isEqualTo("DATABASE_NOT_FOUND");
    }

    @Test
    void foreignDatabaseOfTheSameNameIsNeitherTakenNorDropped() throws Exception {
        existing.execute("postgres", "CREATE ROLE foreign__wayne", "CREATE DATABASE foreign__wayne");

        Answer refused = service.post(
                "/api/v1/tenants/wayne/databases",
                "{\"name\":\"foreign\",\"engine\":\"postgresql\",\"region\":\"elsewhere\"}");

        assertThat(refused.code()).isEqualTo("ROLE_NAME_TAKEN");
        try (Connection admin = existing.openAdmin("foreign__wayne")) {
            assertThat(admin.isValid(1)).isTrue();
        }
        assertThat(service.get("/api/v1/tenants/wayne/databases/foreign").code())
                .isEqualTo("DATABASE_NOT_FOUND");
        existing.execute("postgres", "DROP DATABASE foreign__wayne", "DROP ROLE foreign__wayne");
    }

    @Test
    void fullOrDrainedServerTakesNoMoreDatabases() throws Exception {
        service.createTenant("kane");
        String first = serverOf("kane", "a", "full");
        assertThat(serverOf("kane", "b", "full")).isEqualTo(first);
        String second = serverOf("kane", "c", "full");
        assertThat(second).isNotEqualTo(first);

        Answer drained = service.post("/api/v1/servers/" + second + "/drain", "{}");
        assertThat(drained.status()).isEqualTo(202);
        assertThat(drained.body().at("/server/status").stringValue()).isEqualTo("draining");
        assertThat(drained.body().at("/databases/0/database").stringValue()).isEqualTo("kane/c");
        assertThat(drained.body().at("/databases/0/code").stringValue()).isEqualTo("UPSTREAM_UNAVAILABLE");
        assertThat(serverOf("kane", "d", "full")).isNotIn(first, second);
        assertThat(service.delete("/api/v1/servers/" + second).code()).isEqualTo("SERVER_NOT_EMPTY");
        service.delete("/api/v1/tenants/kane/databases/c");
        assertThat(service.delete("/api/v1/servers/" + second).status()).isEqualTo(204);
        assertThat(ProvisioningFixture.directoryOf(second)).isEmpty();
    }

    @Test
    void serverOutlivesTheServiceAndIsFoundAgain() throws Exception {
        Answer made = service.post("/api/v1/servers", "{\"engine\":\"postgresql\",\"tier\":\"dedicated\"}");
        String id = made.body().path("id").stringValue();
        ProcessIdentity process = ProvisioningFixture.processOf(id).findAlive().orElseThrow();

        service.restart();

        assertThat(ProvisioningFixture.processOf(id).findAlive()).contains(process);
        assertThat(service.get("/api/v1/servers/" + id).body().path("status").stringValue())
                .isEqualTo("ready");
        assertThat(service.delete("/api/v1/servers/" + id).status()).isEqualTo(204);
        assertThat(process.isAlive()).isFalse();
        assertThat(ProvisioningFixture.directoryOf(id)).isEmpty();
    }

    @Test
    void serverThatIsDeletedWhileItIsMadeIsGoneAfterwards() throws Exception {
        CompletableFuture<String> refusal = new CompletableFuture<>();
        Thread making = Thread.ofVirtual().start(() -> {
            try {
                refusal.complete(service.post("/api/v1/servers", "{\"engine\":\"postgresql\",\"tier\":\"dedicated\"}")
                        .code());
            } catch (Exception e) {
                refusal.completeExceptionally(e);
            }
        });
        Eventually.await(
                "the beginning of a server",
                LONG,
                () -> serverBeingMade()
                        .flatMap(ProvisioningFixture::directoryOf)
                        .isPresent());
        String id = serverBeingMade().orElseThrow();

        assertThat(service.delete("/api/v1/servers/" + id).status()).isEqualTo(204);

        assertThat(service.get("/api/v1/servers/" + id).code()).isEqualTo("SERVER_NOT_FOUND");
        assertThat(ProvisioningFixture.directoryOf(id)).isEmpty();
        assertThat(making.join(LONG)).isTrue();
        assertThat(refusal).isCompletedWithValue("SERVER_REMOVED");
    }

    private static Optional<String> serverBeingMade() {
        return service.bean(JdbcClient.class)
                .sql("SELECT id FROM server WHERE status = 'CREATING'")
                .query(String.class)
                .optional();
    }

    @Test
    void serverThatWentDownWithTheMachineIsUpWhenTheServiceIs() throws Exception {
        service.createDatabase("wayne", "cave", "dedicated");
        PlacedDatabase placed = service.placement("wayne", "cave");

        service.restartAfter(
                () -> ProvisioningFixture.killServer(placed.server().serverId()));

        try (Connection connection = PostgresServer.openOwner(placed)) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void serverThatDiedIsStartedAgainWithItsData() throws Exception {
        service.createDatabase("wayne", "phoenix", "dedicated");
        PlacedDatabase placed = service.placement("wayne", "phoenix");
        String id = placed.server().serverId();
        try (Connection connection = PostgresServer.openOwner(placed);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE ash (id int)");
        }
        ProcessIdentity first = ProvisioningFixture.processOf(id).findAlive().orElseThrow();

        ProvisioningFixture.killServer(id);

        Eventually.assertThat("the server's return", LONG, () -> {
            try (Connection connection = PostgresServer.openOwner(placed);
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO ash VALUES (1)");
            }
        });
        assertThat(ProvisioningFixture.processOf(id).findAlive()).isPresent().isNotEqualTo(Optional.of(first));
    }

    @Test
    void creationThatWasInterruptedIsUndoneAtTheNextStart() throws Exception {
        service.createDatabase("wayne", "whole", "dedicated");
        String id = service.placement("wayne", "whole").server().serverId();

        service.restartAfter(() -> asInterrupted("whole"));

        Eventually.await(
                "the end of the server",
                LONG,
                () -> service.get("/api/v1/servers/" + id).code().equals("SERVER_NOT_FOUND"));
        assertThat(ProvisioningFixture.processOf(id).findAlive()).isEmpty();
        assertThat(ProvisioningFixture.directoryOf(id)).isEmpty();
        Eventually.await(
                "the end of the database",
                LONG,
                () -> service.get("/api/v1/tenants/wayne/databases/whole")
                        .code()
                        .equals("DATABASE_NOT_FOUND"));
    }

    @Test
    void leftoverIsRemovedWhenItsServerIsBack() throws Exception {
        PostgresServer flaky = PostgresServer.start("flaky");
        Answer answer = register(flaky, "far", "shared");
        String id = answer.body().path("id").stringValue();
        assertThat(answer.status()).isEqualTo(201);
        service.post(
                "/api/v1/tenants/wayne/databases", "{\"name\":\"left\",\"engine\":\"postgresql\",\"region\":\"far\"}");
        flaky.process().kill();

        assertThat(service.delete("/api/v1/tenants/wayne/databases/left").status())
                .isEqualTo(204);
        assertThat(service.get("/api/v1/servers/" + id).body().path("databases").intValue())
                .isEqualTo(1);

        flaky.process().start();
        flaky.process().awaitReady(LONG);
        Eventually.await(
                "the end of the leftover",
                LONG,
                () -> service.get("/api/v1/servers/" + id)
                                .body()
                                .path("databases")
                                .intValue()
                        == 0);
        try (Connection admin = flaky.openAdmin("postgres");
                Statement statement = admin.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM pg_database WHERE datname = 'left__wayne'")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
        }
        flaky.close();
    }

    /** Leaves the registry as a service does that died before its last step. */
    private static void asInterrupted(String name) {
        try {
            ServicesDatabase.server()
                    .execute(
                            "godwit",
                            "UPDATE provisioning.tenant_database SET unfinished = 'CREATION' WHERE id = 'wayne/" + name
                                    + "'",
                            "UPDATE provisioning.placement SET state = 'PREPARING' WHERE database_id = 'wayne/" + name
                                    + "'",
                            "DELETE FROM provisioning.route WHERE database_id = 'wayne/" + name + "'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Answer register(PostgresServer server, String region, String tier) throws Exception {
        return service.post("/api/v1/servers", """
                {"engine":"postgresql","host":"127.0.0.1","port":%d,"user":"%s","password":"%s","tls":true,
                 "region":"%s","tier":"%s","name":"test"}""".formatted(
                        server.access().address().port(),
                        server.access().admin().user(),
                        TestSecrets.sealer().open(server.access().admin().password()),
                        region,
                        tier));
    }

    private static Answer register(PostgresServer server, String user, String password, String security)
            throws Exception {
        return service.post(
                "/api/v1/servers", """
                {"provider":"registered","engine":"postgresql","host":"127.0.0.1","port":%d,"adminUser":"%s",
                 "adminPassword":"%s","security":"%s"}""".formatted(server.access().address().port(), user, password, security));
    }

    /** For database names that a URL can't hold as they are. */
    private static Connection openAs(Login login, PlacedDatabase placed) throws SQLException {
        ServerAccess server = placed.server();
        return PostgresServer.connections()
                .openAdmin(
                        new ServerAccess(
                                server.serverId(),
                                server.engine(),
                                server.version(),
                                server.address(),
                                server.security(),
                                login,
                                login),
                        placed.databaseName());
    }

    private static String serverOf(String tenant, String name, String region) throws Exception {
        Answer answer = service.post(
                "/api/v1/tenants/" + tenant + "/databases",
                "{\"name\":\"%s\",\"engine\":\"postgresql\",\"region\":\"%s\"}".formatted(name, region));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return answer.body().path("serverId").stringValue();
    }
}
