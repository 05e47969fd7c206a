package io.godwit.provisioning;

import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.Tier;
import io.godwit.events.DatabaseRoute;
import io.godwit.provisioning.ProvisioningFixture.Answer;
import io.godwit.rest.Caller;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabasesIT {
    private static final String ACME = "/api/v1/tenants/acme/databases";

    private static ProvisioningFixture service;
    private static ReceivedMessages received;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        service.createTenant("acme");
        service.createTenant("globex");
    }

    @AfterAll
    static void stop() throws Exception {
        received.close();
        service.close();
    }

    @Test
    void newDatabaseCanBeUsedByItsOwner() throws Exception {
        Answer created = service.createDatabase("acme", "orders", "shared");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().path("status").stringValue()).isEqualTo("ready");
        assertThat(created.body().path("tier").stringValue()).isEqualTo("shared");
        assertThat(created.body().path("region").stringValue()).isEqualTo("local");
        assertThat(created.body().at("/connection/port").intValue()).isEqualTo(15432);
        assertThat(created.body().at("/connection/uri").stringValue())
                .isEqualTo("postgresql://orders__acme:%s@127.0.0.1:15432/orders__acme"
                        .formatted(created.body().at("/connection/password").stringValue()));
        try (Connection connection = PostgresServer.openOwner(service.placement("acme", "orders"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id int PRIMARY KEY)");
            try (ResultSet row = statement.executeQuery(
                    "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication, rolconnlimit"
                            + " FROM pg_roles WHERE rolname = current_user")) {
                row.next();
                assertThat(row.getBoolean(1)).isFalse();
                assertThat(row.getInt(2)).isPositive();
            }
        }
    }

    @Test
    void passwordIsShownOnceAndOnlyItsVerifierIsPublished() throws Exception {
        String password = service.createDatabase("acme", "secret", "shared")
                .body()
                .at("/connection/password")
                .stringValue();

        Answer shown = service.get(ACME + "/secret");
        assertThat(shown.body().at("/connection/password").isNull()).isTrue();
        assertThat(shown.body().toString()).doesNotContain(password);
        DatabaseRoute route = awaitRoute("acme/secret");
        assertThat(route.client().verifier()).startsWith("SCRAM-SHA-256$4096:");
        assertThat(route.client().user()).isEqualTo("secret__acme");
        assertThat(route.epoch()).isEqualTo(1);
        assertThat(route.toString()).doesNotContain(password);
        // What the server takes for the verifier of a role, it checks the same password by.
        PlacedDatabase placed = service.placement("acme", "secret");
        try (Connection admin = PostgresServer.connections().openAdmin(placed.server(), "postgres");
                Statement statement = admin.createStatement()) {
            statement.execute(
                    "CREATE ROLE verified LOGIN PASSWORD '" + route.client().verifier() + "'");
            try (Connection login = login(placed.server().address(), "verified", password, "secret__acme")) {
                assertThat(login.isValid(1)).isTrue();
            } catch (SQLException e) {
                // The password was right; the database is closed to strangers.
                assertThat(e.getSQLState()).isEqualTo("42501");
            }
            assertThatThrownBy(() -> login(placed.server().address(), "verified", "wrong", "secret__acme"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            statement.execute("DROP ROLE verified");
        }
    }

    @Test
    void tenantsOnTheSameServerCanNotReachEachOther() throws Exception {
        service.createDatabase("acme", "mine", "shared");
        service.createDatabase("globex", "theirs", "shared");
        PlacedDatabase mine = service.placement("acme", "mine");
        PlacedDatabase theirs = service.placement("globex", "theirs");
        assertThat(mine.server().serverId()).isEqualTo(theirs.server().serverId());

        for (String closed : List.of(theirs.databaseName(), "postgres", "template1")) {
            PlacedDatabase attempt = new PlacedDatabase(mine.server(), closed, mine.owner());
            assertThatThrownBy(() -> PostgresServer.openOwner(attempt))
                    .as(closed)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        }
    }

    @Test
    void databasesAskedForAtOnceShareOneServer() throws Exception {
        List<CompletableFuture<Answer>> creations = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return service.post(
                                "/api/v1/tenants/acme/databases",
                                "{\"name\":\"many%d\",\"engine\":\"postgresql\",\"tier\":\"L1\",\"region\":\"elsewhere\"}"
                                        .formatted(i));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();

        List<String> serverIds = creations.stream()
                .map(creation ->
                        creation.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join())
                .peek(answer ->
                        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201))
                .map(answer -> answer.body().path("serverId").stringValue())
                .toList();
        assertThat(serverIds).hasSize(4).containsOnly(serverIds.getFirst());
    }

    @Test
    void dedicatedDatabaseHasAServerOfItsOwnThatGoesWithIt() throws Exception {
        Answer created = service.createDatabase("acme", "alone", "dedicated");
        String serverId = created.body().path("serverId").stringValue();
        assertThat(service.placement("acme", "alone").server().serverId()).isEqualTo(serverId);
        Answer server = service.get("/api/v1/servers/" + serverId);
        assertThat(server.body().path("tier").stringValue()).isEqualTo(Tier.DEDICATED.id());
        assertThat(server.body().path("databases").intValue()).isEqualTo(1);

        assertThat(service.delete(ACME + "/alone").status()).isEqualTo(204);

        assertThat(service.get("/api/v1/servers/" + serverId).code()).isEqualTo("SERVER_NOT_FOUND");
        assertThat(ProvisioningFixture.directoryOf(serverId)).isEmpty();
        assertThat(ProvisioningFixture.processOf(serverId).findAlive()).isEmpty();
    }

    @Test
    void deletedDatabaseIsGoneFromServerAndRoutes() throws Exception {
        service.createDatabase("acme", "brief", "shared");
        PlacedDatabase placed = service.placement("acme", "brief");
        awaitRoute("acme/brief");

        assertThat(service.delete(ACME + "/brief").status()).isEqualTo(204);

        assertThat(service.get(ACME + "/brief").code()).isEqualTo("DATABASE_NOT_FOUND");
        Eventually.await(
                "the end of the route",
                LONG,
                () -> received.routesOf("acme/brief").getLast().isEmpty());
        try (Connection admin = PostgresServer.connections().openAdmin(placed.server(), "postgres");
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT (SELECT count(*) FROM pg_database WHERE datname ="
                        + " 'brief__acme') + (SELECT count(*) FROM pg_roles WHERE rolname = 'brief__acme')")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
        }
        // The name may be used again; proxies that know the old route take the new one for newer.
        service.createDatabase("acme", "brief", "shared");
        assertThat(service.get("/internal/v1/databases/acme/brief")
                        .body()
                        .path("epoch")
                        .longValue())
                .isEqualTo(2);
    }

    @Test
    void listShowsSizesPageByPage() throws Exception {
        service.createTenant("initech");
        for (String name : List.of("a", "b", "c")) {
            service.createDatabase("initech", name, "shared");
        }
        Answer first = service.get("/api/v1/tenants/initech/databases?limit=2");
        assertThat(first.body().at("/items/1/name").stringValue()).isEqualTo("b");
        assertThat(first.body().at("/items/0/sizeBytes").longValue()).isPositive();
        assertThat(first.body().at("/items/0/lastMigration").isNull()).isTrue();

        Answer second = service.get("/api/v1/tenants/initech/databases?limit=2&cursor="
                + first.body().path("nextCursor").stringValue());
        assertThat(second.body().path("items").size()).isEqualTo(1);
        assertThat(second.body().at("/items/0/name").stringValue()).isEqualTo("c");
        assertThat(second.body().path("nextCursor").isNull()).isTrue();
    }

    @Test
    void tenantWithDatabasesIsNotDeleted() throws Exception {
        service.createTenant("hooli");
        service.createDatabase("hooli", "box", "shared");
        assertThat(service.delete("/api/v1/tenants/hooli").code()).isEqualTo("TENANT_NOT_EMPTY");
        service.delete("/api/v1/tenants/hooli/databases/box");
        assertThat(service.delete("/api/v1/tenants/hooli").status()).isEqualTo(204);
        assertThat(service.get("/api/v1/tenants/hooli").code()).isEqualTo("TENANT_NOT_FOUND");
    }

    @Test
    void idOfADeletedTenantIsNeverGivenAgain() throws Exception {
        service.createTenant("piper");
        service.createDatabase("piper", "box", "shared");
        service.delete("/api/v1/tenants/piper/databases/box");
        assertThat(service.delete("/api/v1/tenants/piper").status()).isEqualTo(204);

        Answer again = service.post("/api/v1/tenants", "{\"id\":\"piper\"}");

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("TENANT_ID_USED");
        assertThat(again.body().path("detail").stringValue("")).contains("'piper'", "expected");
    }

    @Test
    void deletedTenantIsSeenByNobody() throws Exception {
        service.createTenant("aviato");
        service.delete("/api/v1/tenants/aviato");
        Caller left = new Caller("left", Caller.Role.TENANT_ADMIN, "aviato");

        assertThat(service.get("/api/v1/tenants/aviato").code()).isEqualTo("TENANT_NOT_FOUND");
        assertThat(service.get("/api/v1/tenants?limit=200").body().findValuesAsString("id"))
                .contains("acme")
                .doesNotContain("aviato");
        assertThat(service.call("GET", "/api/v1/tenants", null, left)
                        .body()
                        .path("items")
                        .size())
                .isZero();
        assertThat(service.get("/api/v1/tenants/aviato/databases").code()).isEqualTo("TENANT_NOT_FOUND");
        assertThat(service.createDatabase("aviato", "box", "shared").code()).isEqualTo("TENANT_NOT_FOUND");
    }

    @Test
    void deletionOfATenantMayBeAskedForAgain() throws Exception {
        service.createTenant("endframe");
        service.delete("/api/v1/tenants/endframe");

        assertThat(service.delete("/api/v1/tenants/endframe").status()).isEqualTo(204);
        assertThat(service.delete("/api/v1/tenants/unheard").code()).isEqualTo("TENANT_NOT_FOUND");
    }

    @Test
    void callersSeeAndChangeOnlyWhatTheyMay() throws Exception {
        Caller globex = new Caller("globex-admin", Caller.Role.TENANT_ADMIN, "globex");
        Caller viewer = new Caller("viewer", Caller.Role.VIEWER, "acme");
        String body = "{\"name\":\"x\",\"engine\":\"postgresql\"}";
        assertThat(service.call("POST", ACME, body, globex).status()).isEqualTo(403);
        assertThat(service.call("POST", ACME, body, viewer).status()).isEqualTo(403);
        assertThat(service.call("GET", ACME, null, viewer).status()).isEqualTo(200);
        assertThat(service.call("GET", "/api/v1/servers", null, globex).status())
                .isEqualTo(403);
        assertThat(service.call("POST", "/api/v1/tenants", "{\"id\":\"mine\"}", globex)
                        .status())
                .isEqualTo(403);
        assertThat(service.call("GET", "/api/v1/tenants", null, globex)
                        .body()
                        .path("items")
                        .size())
                .isEqualTo(1);
        assertThat(service.call("GET", "/internal/v1/databases/acme/orders", null, viewer)
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/api/v1/tenants | {\"id\":\"acme\"} | 409 | TENANT_EXISTS",
                "/api/v1/tenants | {\"id\":\"a'b\"} | 422 | INVALID_NAME",
                "/api/v1/tenants | {\"id\":\"a__b\"} | 422 | INVALID_NAME",
                "/api/v1/tenants | {} | 422 | VALIDATION_FAILED",
                "/api/v1/tenants | {\"id\":\"b\",\"x\":1} | 422 | VALIDATION_FAILED",
                "/api/v1/tenants | {\"id\": | 400 | MALFORMED_JSON",
                "/api/v1/tenants/nobody/databases | {\"name\":\"a\",\"engine\":\"postgresql\"} | 404 | TENANT_NOT_FOUND",
                "/api/v1/tenants/acme/databases | {\"name\":\"x'; DROP\",\"engine\":\"postgresql\"} | 422 | INVALID_NAME",
                "/api/v1/tenants/acme/databases | {\"name\":\"pg\",\"engine\":\"postgresql\"} | 422 | INVALID_NAME",
                "/api/v1/tenants/acme/databases | {\"name\":\"pg_x\",\"engine\":\"postgresql\"} | 422 | INVALID_NAME",
                "/api/v1/tenants/acme/databases | {\"engine\":\"postgresql\"} | 422 | VALIDATION_FAILED",
                "/api/v1/tenants/acme/databases | {\"name\":\"a\"} | 422 | VALIDATION_FAILED",
                "/api/v1/tenants/acme/databases | {\"name\":\"a\",\"engine\":\"oracle\"} | 422 | UNKNOWN_ENGINE",
                "/api/v1/tenants/acme/databases | {\"name\":\"a\",\"engine\":\"postgresql\",\"tier\":\"L9\"} | 422 | UNKNOWN_TIER",
                "/api/v1/tenants/acme/databases | {\"name\":\"a\",\"engine\":\"postgresql\",\"region\":\"A b\"} | 422 | INVALID_REGION",
                "/api/v1/tenants/acme/databases/a/adopt | {\"server\":\"srv_none\",\"database\":\"b\"} | 404 | SERVER_NOT_FOUND",
                "/api/v1/servers | {\"engine\":\"postgresql\",\"host\":\"127.0.0.1\"} | 422 | VALIDATION_FAILED",
                "/api/v1/servers | {\"engine\":\"postgresql\",\"host\":\"127.0.0.1\",\"port\":70000,\"user\":\"a\",\"password\":\"b\"} | 422 | VALIDATION_FAILED",
                "/api/v1/servers | {\"engine\":\"postgresql\",\"host\":\"h/x?a=b\",\"port\":1,\"user\":\"a\",\"password\":\"b\"} | 422 | VALIDATION_FAILED",
                "/api/v1/servers/srv_none/drain | {} | 404 | SERVER_NOT_FOUND"
            })
    void badInputIsRefusedWithItsCode(String path, String body, int status, String code) throws Exception {
        Answer answer = service.post(path, body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body().path("detail").stringValue("")).isNotEmpty();
    }

    @Test
    void secondDatabaseOfTheSameNameIsRefused() throws Exception {
        service.createDatabase("acme", "once", "shared");
        Answer second = service.createDatabase("acme", "once", "shared");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.code()).isEqualTo("DATABASE_EXISTS");
    }

    private static DatabaseRoute awaitRoute(String database) throws Exception {
        Eventually.await(
                "route of " + database,
                LONG,
                () -> received.routesOf(database).stream().anyMatch(Optional::isPresent));
        return received.routesOf(database).getLast().orElseThrow();
    }

    private static Connection login(ServerAddress address, String user, String password, String database)
            throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + address + "/" + database + "?sslmode=verify-ca&sslrootcert="
                        + TestSecrets.caCertificate(),
                user,
                password);
    }
}
