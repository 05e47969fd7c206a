package io.godwit.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.processes.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LauncherTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theClientsCommandsAndThePlatformsAreOneProgram() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString()).contains("up", "down", "status", "logs", "psql", "demo", "tenants", "migrate");
    }

    @Test
    void statusOfAPlatformThatWasNeverStartedTellsThatAndMakesNothing() {
        assertThat(run("status")).isEqualTo(1);

        assertThat(out.toString()).contains("kafka", "stopped", "Not ready; './godwit up'");
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void statusForMachinesIsJson() {
        assertThat(run("--json", "status")).isEqualTo(1);

        JsonNode json = new JsonMapper().readTree(out.toString());
        assertThat(json.path("ready").booleanValue()).isFalse();
        assertThat(json.path("processes").findValuesAsString("name"))
                .contains("services-database", "kafka", "s3", "provisioning", "proxy", "gateway");
        assertThat(json.path("processes").path(0).path("pid").isNull()).isTrue();
    }

    @Test
    void downOfAPlatformThatWasNeverStartedIsNoError() {
        assertThat(run("down", "--purge")).isZero();

        assertThat(out.toString()).contains("Nothing was running.");
    }

    @Test
    void upSaysWhichPortSomebodyElseHasTaken() throws IOException {
        int base = FreePorts.any();
        try (ServerSocket taken = new ServerSocket(base, 1, InetAddress.getLoopbackAddress())) {
            environment.put("GODWIT_PORT_BASE", Integer.toString(taken.getLocalPort()));

            assertThat(run("up")).isEqualTo(1);
        }

        assertThat(err.toString())
                .contains("another program listens on port " + base + " (GATEWAY)", "GODWIT_PORT_BASE");
        assertThat(folder.resolve("home/state")).doesNotExist();
    }

    @Test
    void upWarnsOfPortsThatAConnectionMayTake() throws IOException {
        try (ServerSocket taken = listenOnAnEphemeralPort()) {
            environment.put("GODWIT_PORT_BASE", Integer.toString(taken.getLocalPort()));

            assertThat(run("up")).isEqualTo(1);

            assertThat(out.toString())
                    .contains("WARNING: this platform's ports from " + taken.getLocalPort() + " up", "outgoing");
        }
    }

    @Test
    void upRefusesABaseThatIsNoPort() {
        environment.put("GODWIT_PORT_BASE", "eighty");

        assertThat(run("up")).isEqualTo(1);
        assertThat(err.toString()).contains("GODWIT_PORT_BASE is 'eighty'; expected a port number from 1024 to 65000");
    }

    @Test
    void logsOfAnUnknownProcessNameTheKnownOnes() {
        assertThat(run("logs", "zookeeper")).isEqualTo(2);

        assertThat(err.toString()).contains("process 'zookeeper' is unknown; expected one of services-database, kafka");
    }

    @Test
    void logsShowTheLastLines() throws IOException {
        Path log = folder.resolve("home/logs/gateway.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, "first\nsecond\nthird\n");

        assertThat(run("logs", "gateway", "-n", "2")).isZero();

        assertThat(out.toString()).isEqualTo("second\nthird\n");
    }

    /** Not on the highest ports, which are no base. */
    private static ServerSocket listenOnAnEphemeralPort() throws IOException {
        while (true) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            if (socket.getLocalPort() <= 65_000) {
                return socket;
            }
            socket.close();
        }
    }

    private int run(String... arguments) {
        environment.putIfAbsent("GODWIT_HOME", folder.resolve("home").toString());
        CommandLine line = Launcher.commandLine(environment);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }
}
