package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GodwitCommandTest {
    private static final String TENANT_EXISTS = """
            {"type":"urn:godwit:problem:TENANT_EXISTS","title":"Conflict","status":409,\
            "detail":"Tenant 'acme' exists already; expected a new id","code":"TENANT_EXISTS","instance":"/api/v1/tenants"}""";

    private final RecordedPlatform platform = new RecordedPlatform();

    @AfterEach
    void stopPlatform() {
        platform.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "tenants",
                "tenants create",
                "databases create acme --engine postgresql",
                "databases create acme/orders",
                "databases create acme/orders --engine postgresql --tier huge",
                "databases adopt acme/orders --database old",
                "migrate acme/orders",
                "migrate acme/orders --to cheap",
                "migrate acme/orders --to dedicated --max-pause soon",
                "migrate acme/orders --to dedicated --on-drain-timeout wait",
                "tenants list --server ftp://example.org"
            })
    void wrongUsageIsExitCode2AndSaysWhatWasExpected(String line) {
        Run run = Run.against(platform, line.isEmpty() ? new String[0] : line.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("godwit: ").contains("--help");
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void helpNamesEachCommandAndTheExitCodes() {
        Run run = Run.of(Map.of(), "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("tenants", "databases", "servers", "migrate", "migrations", "backups", "token", "login")
                .contains("refused by preflight");
    }

    @Test
    void aListIsATableForPeopleAndGoesOverAllPages() {
        platform.on(
                        "GET /api/v1/tenants?limit=200",
                        200,
                        "{\"items\":[{\"id\":\"acme\",\"createdAt\":\"2026-11-21T04:00:00Z\"}],\"nextCursor\":\"a b\"}")
                .on(
                        "GET /api/v1/tenants?limit=200&cursor=a%20b",
                        200, "{\"items\":[{\"id\":\"globex\",\"createdAt\":null}],\"nextCursor\":null}");

        Run run = Run.against(platform, "tenants", "list");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.split(" ", 2)[0])).containsExactly("TENANT", "acme", "globex");
        assertThat(platform.asked())
                .allSatisfy(asked -> assertThat(asked.header("Authorization")).isEqualTo("Bearer secret-token"));
    }

    @Test
    void jsonIsThePlatformsOwn() {
        platform.on("GET /api/v1/tenants/acme", 200, "{\"id\":\"acme\",\"extra\":{\"kept\":true}}");

        Run run = Run.against(platform, "--json", "tenants", "show", "acme");

        assertThat(run.out().replaceAll("\\s", "")).isEqualTo("{\"id\":\"acme\",\"extra\":{\"kept\":true}}");
    }

    @Test
    void aProblemIsExitCode1WithItsDetailAndCode() {
        platform.on("POST /api/v1/tenants", 409, TENANT_EXISTS);

        Run run = Run.against(platform, "tenants", "create", "acme");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Tenant 'acme' exists already; expected a new id", "TENANT_EXISTS");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void machinesGetTheProblemAsJsonWhereverTheyAskedForJson() {
        platform.on("POST /api/v1/tenants", 409, TENANT_EXISTS);

        assertThat(Run.against(platform, "tenants", "create", "acme", "--json").out())
                .contains("\"code\":\"TENANT_EXISTS\"");
        assertThat(Run.against(platform, "--json", "tenants", "create", "acme").out())
                .contains("\"code\":\"TENANT_EXISTS\"");
    }

    @Test
    void anAnswerThatIsNoJsonStillShowsItsStatus() {
        platform.on("GET /api/v1/tenants/acme", 502, "<html>bad gateway</html>");

        Run run = Run.against(platform, "tenants", "show", "acme");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("502");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectIsNoSuccessAndSaysWhereItLeads(int status) {
        platform.onRedirect("POST /api/v1/tenants", status, "https://godwit.example.org/api/v1/tenants");

        Run run = Run.against(platform, "tenants", "create", "acme");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(status + "", "https://godwit.example.org/api/v1/tenants", "expected the platform");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>welcome</html>", "{\"id\":", "\"welcome\"", "42"})
    void aSuccessThatIsNotThePlatformsIsNone(String body) {
        platform.onPage("POST /api/v1/tenants", 200, body);

        Run run = Run.against(platform, "tenants", "create", "acme");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("not Godwit", platform.url().toString(), "200", "text/html");
    }

    @Test
    void aDeletionIsAnsweredWithNothing() {
        platform.on("DELETE /api/v1/tenants/acme", 204, "");

        assertThat(Run.against(platform, "tenants", "delete", "acme", "--yes").exitCode())
                .isZero();
    }

    @Test
    void noLoginIsStoredForWhatIsNotThePlatform(@TempDir Path home) {
        platform.onPage("GET /api/v1/tenants?limit=1", 200, "<html>welcome</html>");

        Run run = Run.of(
                Map.of("GODWIT_HOME", home.toString()),
                "login",
                "--server",
                platform.url().toString(),
                "--token",
                "secret-token");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(home.resolve("cli.json")).doesNotExist();
    }

    @Test
    void aRefusedTokenTellsHowToLogIn() {
        platform.on("GET /api/v1/tenants/acme", 401, "{\"detail\":\"Token is unknown\",\"code\":\"UNAUTHENTICATED\"}");

        Run run = Run.against(platform, "tenants", "show", "acme");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("UNAUTHENTICATED", "godwit login");
    }

    @Test
    void aPlatformThatDoesNotRunIsNamedWithTheCommandThatStartsIt() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        Run run = Run.against(platform, "tenants", "list", "--server", "http://127.0.0.1:" + free);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("http://127.0.0.1:" + free, "does not run", "./godwit up");
    }

    @Test
    void namesCannotEscapeTheirPlaceInThePath() {
        platform.on("GET /api/v1/tenants/a'b%3Fc%2Fd%20e", 404, "{\"detail\":\"none\",\"code\":\"TENANT_NOT_FOUND\"}")
                .on(
                        "GET /api/v1/tenants/a%27b%3Fc%2Fd%20e",
                        404, "{\"detail\":\"none\",\"code\":\"TENANT_NOT_FOUND\"}");

        Run run = Run.against(platform, "tenants", "show", "a'b?c/d e");

        assertThat(run.err()).contains("TENANT_NOT_FOUND");
    }

    @Test
    void eachCreationCarriesAnIdempotencyKeyOfItsOwn() {
        platform.on("POST /api/v1/tenants", 201, "{\"id\":\"acme\"}");

        Run.against(platform, "tenants", "create", "acme");
        Run.against(platform, "tenants", "create", "acme");

        assertThat(platform.asked().stream().map(asked -> asked.header("Idempotency-key")))
                .doesNotContain("")
                .doesNotHaveDuplicates();
    }

    @Test
    void aServersPasswordComesFromTheEnvironmentAndNotFromTheCommandLine() {
        platform.on("POST /api/v1/servers", 201, "{\"id\":\"srv_abc\"}");
        Map<String, String> environment = Map.of(
                "HOME", "/nonexistent",
                "GODWIT_SERVER", platform.url().toString(),
                "GODWIT_TOKEN", "secret-token",
                "GODWIT_SERVER_PASSWORD", "pä ss");

        Run run = Run.of(
                environment,
                "servers",
                "register",
                "--engine",
                "postgresql",
                "--host",
                "db1",
                "--port",
                "5432",
                "--user",
                "admin");

        assertThat(run.exitCode()).isZero();
        assertThat(platform.asked().getFirst().body()).contains("\"pä ss\"");
        assertThat(Run.against(
                                platform,
                                "servers",
                                "register",
                                "--engine",
                                "postgresql",
                                "--host",
                                "db1",
                                "--port",
                                "5432",
                                "--user",
                                "admin",
                                "--password",
                                "x")
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void aDatabasesPasswordIsShownAtItsCreation() {
        platform.on("POST /api/v1/tenants/acme/databases", 201, """
                {"tenant":"acme","name":"orders","engine":"postgresql","connection":{"host":"127.0.0.1","port":15432,\
                "user":"orders__acme","password":"once","database":"orders__acme","uri":"postgresql://…"}}""");

        Run run = Run.against(platform, "databases", "create", "acme/orders", "--engine", "postgresql", "--tier", "L2");

        assertThat(run.out()).contains("acme/orders", "127.0.0.1:15432", "once");
        assertThat(platform.asked().getFirst().body()).contains("\"tier\":\"dedicated\"");
    }

    @Test
    void drainingTellsWhatBecomesOfEachDatabase() {
        platform.on("POST /api/v1/servers/srv_1/drain", 202, """
                {"server":{"id":"srv_1"},"databases":[\
                {"database":"acme/orders","migration":"mig_1","code":null,"detail":null},\
                {"database":"acme/stock","migration":null,"code":"MIGRATION_IN_PROGRESS","detail":"moves already"}]}""");

        Run run = Run.against(platform, "servers", "drain", "srv_1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("acme/orders", "mig_1", "acme/stock", "moves already");
    }

    @Test
    void aBackupIsFollowedToItsEnd() {
        platform.on(
                        "POST /api/v1/tenants/acme/databases/orders/backups",
                        202,
                        "{\"id\":\"bkp_1\",\"status\":\"pending\"}")
                .on("GET /api/v1/backups/bkp_1", 200, "{\"id\":\"bkp_1\",\"status\":\"running\",\"bytes\":1024}")
                .on("GET /api/v1/backups/bkp_1", 200, "{\"id\":\"bkp_1\",\"status\":\"completed\",\"bytes\":2048}");

        Run run = Run.against(platform, "backups", "create", "acme/orders", "--wait");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("running, 1.0 KiB", "completed", "2.0 KiB");
    }

    @Test
    void aBackupIsFollowedOverOutages() {
        platform.on("POST /api/v1/tenants/acme/databases/orders/backups", 202, "{\"id\":\"bkp_1\"}")
                .on("GET /api/v1/backups/bkp_1", 503, "{\"detail\":\"The backup service does not answer\"}")
                .on("GET /api/v1/backups/bkp_1", 200, "{\"id\":\"bkp_1\",\"status\":\"running\"}")
                .onPage("GET /api/v1/backups/bkp_1", 502, "<html>bad gateway</html>")
                .on("GET /api/v1/backups/bkp_1", 200, "{\"id\":\"bkp_1\",\"status\":\"completed\"}");

        Run run = Run.against(platform, "backups", "create", "acme/orders", "--wait");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Backup bkp_1 of acme/orders").contains("completed");
        assertThat(run.err()).contains("The backup service does not answer", "502");
    }

    @Test
    void aVerificationThatFailsIsExitCode1() {
        platform.on("POST /api/v1/backups/bkp_1/verify", 202, "{\"id\":\"run_1\",\"status\":\"running\"}")
                .on(
                        "GET /api/v1/backups/bkp_1",
                        200,
                        "{\"id\":\"bkp_1\",\"status\":\"completed\",\"verification\":{\"status\":\"failed\"}}");

        assertThat(Run.against(platform, "backups", "verify", "bkp_1", "--wait").exitCode())
                .isEqualTo(1);
    }

    @Test
    void aRestoreNamesTheDatabaseItReplaces() {
        platform.on("GET /api/v1/backups/bkp_1", 200, "{\"id\":\"bkp_1\",\"database\":\"acme/orders\"}")
                .on("POST /api/v1/backups/bkp_1/restore", 202, "{\"id\":\"run_1\",\"status\":\"running\"}");

        Run run = Run.against(platform, "backups", "restore", "bkp_1", "--replace");

        assertThat(run.exitCode()).isZero();
        assertThat(platform.asked().getLast().body())
                .contains("\"into\":\"orders\"", "\"confirm\":\"acme/orders\"", "\"replace\":true");
    }
}
