package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformHomeTest {
    @TempDir
    private Path folder;

    @Test
    void isWhereTheVariableSaysOrBelowTheUsersHome() {
        assertThat(PlatformHome.of(Map.of("GODWIT_HOME", "/x/y", "HOME", "/h")).directory())
                .isEqualTo(Path.of("/x/y"));
        assertThat(PlatformHome.of(Map.of("HOME", "/h")).directory()).isEqualTo(Path.of("/h/.godwit"));
    }

    @Test
    void isWhereTheScriptSaysUnlessTheVariableSaysOtherwise() {
        System.setProperty("godwit.home", "/v/godwit");
        try {
            assertThat(PlatformHome.of(Map.of("HOME", "/h")).directory()).isEqualTo(Path.of("/v/godwit"));
            assertThat(PlatformHome.of(Map.of("GODWIT_HOME", "/x/y")).directory())
                    .isEqualTo(Path.of("/x/y"));
        } finally {
            System.clearProperty("godwit.home");
        }
    }

    @Test
    void deletesAllThatThePlatformMakes() throws IOException {
        PlatformHome home = new PlatformHome(folder.resolve("home"));
        home.create();
        new PlatformSecrets(home).createMissing();
        new PlatformSecrets(home).get("any");
        new PortPlan(null).write(home.ports());
        Files.createDirectories(home.state("kafka").resolve("data"));
        Files.createDirectories(home.servers().resolve("srv_1/data"));

        home.delete();

        assertThat(home.directory()).doesNotExist();
    }

    @Test
    void leavesWhatSomebodyElsePutThere() throws IOException {
        PlatformHome home = new PlatformHome(folder.resolve("home"));
        home.create();
        new PlatformSecrets(home).createMissing();
        Path login = Files.writeString(home.directory().resolve("login.json"), "{}");

        home.delete();

        assertThat(home.directory()).isDirectory();
        assertThat(home.directory()).isDirectoryNotContaining(file -> !file.equals(login));
    }
}
