package io.godwit.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnprivilegedCommandTest {
    private static final List<String> WHO = List.of("id", "-u");

    @TempDir
    private Path folder;

    @Test
    void theCommandNeverRunsAsRoot() {
        assertThat(run(UnprivilegedCommand.detect(), WHO)).isNotEqualTo("0");
    }

    @Test
    void aUserWhoIsNotRootRunsTheCommandAsItIs() {
        assertThat(UnprivilegedCommand.find(false, _ -> false)).isEqualTo(UnprivilegedCommand.AS_IS);
        assertThat(UnprivilegedCommand.AS_IS.wrap(WHO)).isEqualTo(WHO);
    }

    @Test
    void rootTakesAUserNamespaceWhereThereIsOne() {
        assertThat(UnprivilegedCommand.find(true, _ -> true)).isEqualTo(UnprivilegedCommand.USER_NAMESPACE);
    }

    @Test
    void withoutUserNamespacesRootBecomesSomebodyElse() {
        assertThat(UnprivilegedCommand.find(true, command -> !command.contains("unshare")))
                .isEqualTo(UnprivilegedCommand.OTHER_USER);
    }

    @Test
    void whereRootCanBecomeNobodyElseItSaysWhatToDo() {
        assertThatThrownBy(() -> UnprivilegedCommand.find(true, _ -> false))
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("unshare -U")
                .hasMessageContaining("setpriv")
                .hasMessageContaining("start Godwit as another user than root");
    }

    @Test
    void theOtherUserGetsToItsOwnFolderThroughOneThatIsClosedToOthers() throws IOException {
        assumeThat(becomesSomebodyElse()).isTrue();
        UnprivilegedCommand way = UnprivilegedCommand.OTHER_USER;
        everybodyMayEnter(folder);
        Path home = closed(folder.resolve("home"));
        Path servers = Files.createDirectories(home.resolve("servers"));
        Path server = closed(servers.resolve("srv_1"));
        Path others = closed(home.resolve("others"));
        Files.writeString(server.resolve("file"), "content");

        way.letPass(home);
        way.own(server);

        assertThat(run(way, List.of("cat", server.resolve("file").toString()))).isEqualTo("content");
        assertThat(Commands.succeeds(way.wrap(List.of("test", "-x", others.toString()))))
                .isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                .as("nobody else gets in")
                .isEqualTo("rwx--x---");
    }

    @Test
    void theFolderThatIsInTheOtherUsersWayIsNamed() throws IOException {
        assumeThat(becomesSomebodyElse()).isTrue();
        everybodyMayEnter(folder);
        Path home = closed(folder.resolve("home"));
        Path server = closed(home.resolve("servers").resolve("srv_1"));

        assertThatThrownBy(() -> UnprivilegedCommand.OTHER_USER.own(server))
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("may not enter " + home + " and so can't reach " + server)
                .hasMessageContaining("GODWIT_HOME");
    }

    private static boolean becomesSomebodyElse() {
        return Commands.succeeds(UnprivilegedCommand.OTHER_USER.wrap(List.of("true")));
    }

    private static void everybodyMayEnter(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path closed(Path directory) throws IOException {
        Files.createDirectories(directory);
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    private static String run(UnprivilegedCommand way, List<String> command) {
        return Commands.run(way.wrap(command), Map.of(), Duration.ofSeconds(10)).strip();
    }
}
