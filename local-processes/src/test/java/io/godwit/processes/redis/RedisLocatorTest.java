package io.godwit.processes.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.processes.LocalProcessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisLocatorTest {
    @TempDir
    private Path folder;

    @Test
    void theConfiguredProgramWinsOverTheSystems() throws IOException {
        Path configured = program("configured", "Redis server v=7.2.4 sha=00000000:0 malloc=jemalloc-5.3.0");
        Path system = program("system", "Redis server v=8.0.1 sha=0");

        RedisInstallation found = locator(system).locate(configured);

        assertThat(found).isEqualTo(new RedisInstallation(configured, "7.2.4", "configured"));
    }

    @Test
    void aConfiguredProgramThatIsNotThereIsAnErrorAndNotPassedOver() throws IOException {
        Path system = program("system", "Redis server v=7.0.15 sha=0");
        Path absent = folder.resolve("absent");

        assertThatThrownBy(() -> locator(system).locate(absent))
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("configured Redis server " + absent + " is not there");
    }

    @Test
    void systemProgramsThatAreTooOldOrBrokenOrOfAnotherProductArePassedOver() throws IOException {
        Path old = program("old", "Redis server v=6.2.11 sha=0");
        Path broken = program("broken", "Redis server v=7.2.4");
        Files.writeString(broken, "#!/bin/sh\nexit 127\n");
        Path other = program("other", "Valkey server v=8.0.1 sha=0");
        Path good = program("good", "Redis server v=7.0.15 sha=0");

        RedisInstallation found = locator(old, broken, other, good).locate(null);

        assertThat(found).isEqualTo(new RedisInstallation(good, "7.0.15", "system"));
    }

    @Test
    void aProgramThatIsTooOldIsNamedWithItsVersion() throws IOException {
        Path old = program("old", "Redis server v=6.2.11 sha=0");

        assertThatThrownBy(() -> locator().locate(old))
                .isInstanceOf(LocalProcessException.class)
                .hasMessage("Redis 6.2.11 in " + old + " is too old; expected 7.0 or newer");
    }

    private RedisLocator locator(Path... programs) {
        return new RedisLocator(
                List.of(programs).stream().map(Path::getParent).toList(),
                new RedisPackages(folder.resolve("packages")));
    }

    /** A program that only tells its version. */
    private Path program(String name, String version) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        Path file = Files.writeString(directory.resolve("redis-server"), "#!/bin/sh\necho '" + version + "'\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
