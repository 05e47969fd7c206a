package io.godwit.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.processes.FreePorts;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** The command with a real server; the provisioning service is a page that says where the database is. */
class PsqlIT {
    private static final DatabaseId ID = new DatabaseId("acme", "orders");
    private static final String WHO =
            "SELECT current_user || ' in ' || current_database() || ' on ' || inet_server_port()";
    /** The provisioning service's place behind the port base. */
    private static final int PROVISIONING = 6;

    @TempDir
    private Path home;

    private final int base = FreePorts.any();
    private final StringWriter err = new StringWriter();
    private final PostgresServer server = PostgresServer.shared("psql");
    private PlacedDatabase database;
    private HttpServer provisioning;

    @BeforeEach
    void makeAPlatform() throws Exception {
        database = server.createTenantDatabase(ID);
        Files.copy(TestSecrets.masterKeyFile(), home.resolve("master.key"));
        Files.copy(TestSecrets.internalTokenFile(), home.resolve("internal-token"));
        Files.copy(TestSecrets.caCertificate(), home.resolve("ca.crt"));
        Files.copy(TestSecrets.caKey(), home.resolve("ca.key"));
        provisioning =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), base + PROVISIONING), 0);
        provisioning.createContext("/internal/v1/databases/acme/orders/placements", this::answer);
        provisioning.start();
    }

    @AfterEach
    void end() throws Exception {
        provisioning.stop(0);
        server.dropTenantDatabase(ID);
    }

    @Test
    void administratorIsInTheDatabaseOnItsServer() throws IOException {
        Path printed = home.resolve("printed");

        int exitCode = run("acme/orders", "--", "-X", "-At", "-o", printed.toString(), "-c", WHO);

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(printed)
                .content()
                .isEqualTo("godwit_admin in orders__acme on "
                        + server.access().address().port() + "\n");
    }

    @Test
    void serverIsChosenByItsId() {
        assertThat(run(
                        "acme/orders",
                        "--server",
                        server.access().serverId(),
                        "--",
                        "-X",
                        "-c",
                        "SELECT 1",
                        "-o",
                        "/dev/null"))
                .isZero();

        assertThat(run("acme/orders", "--server", "srv_other")).isEqualTo(1);
        assertThat(err.toString())
                .contains("is not on server 'srv_other'; it is on "
                        + server.access().serverId() + " (HOME)");
    }

    @Test
    void psqlsExitCodePassesThrough() {
        assertThat(run(
                        "acme/orders",
                        "--",
                        "-X",
                        "-q",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-c",
                        "SELECT 1 / 0",
                        "-o",
                        "/dev/null"))
                .isEqualTo(1);
        assertThat(run("acme/orders", "--", "-X", "-f", "/does/not/exist")).isEqualTo(1);
        assertThat(run("acme/orders", "--", "-X", "-d", "nowhere", "-c", "SELECT 1"))
                .isEqualTo(2);
    }

    @Test
    void databaseThatDoesNotExistIsNamed() {
        assertThat(run("acme/nothing", "--", "-c", "SELECT 1")).isEqualTo(1);

        assertThat(err.toString()).startsWith("godwit: ");
    }

    @Test
    void platformThatDoesNotRunIsToBeStarted() {
        provisioning.stop(0);

        assertThat(run("acme/orders", "--", "-c", "SELECT 1")).isEqualTo(1);
        assertThat(err.toString()).contains("does not answer", "./godwit up");
    }

    private int run(String... arguments) {
        CommandLine line = Launcher.commandLine(Map.of(
                "GODWIT_HOME", home.toString(),
                "GODWIT_PORT_BASE", Integer.toString(base),
                "GODWIT_POSTGRESQL_BIN_DIRECTORY", PostgresServer.binDirectory().toString()));
        line.setErr(new PrintWriter(err));
        String[] all = new String[arguments.length + 1];
        all[0] = "psql";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.execute(all);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String token = Files.readString(TestSecrets.internalTokenFile()).strip();
        boolean known = token.equals(exchange.getRequestHeaders().getFirst("X-Godwit-Internal-Token"));
        byte[] page = new JsonMapper()
                .writeValueAsString(List.of(Map.of("state", "HOME", "placement", database)))
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(known ? 200 : 401, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }
}
