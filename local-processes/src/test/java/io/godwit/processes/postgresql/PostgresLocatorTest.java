package io.godwit.processes.postgresql;

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

class PostgresLocatorTest {
    @TempDir
    private Path folder;

    @Test
    void theConfiguredDirectoryWinsOverTheSystems() throws IOException {
        Path configured = installation("configured", "16.2 (Debian 16.2-1)");
        Path system = installation("system", "17.1");

        PostgresInstallation found = locator(system).locate(configured);

        assertThat(found.binDirectory()).isEqualTo(configured);
        assertThat(found.version()).isEqualTo("16.2");
        assertThat(found.majorVersion()).isEqualTo(16);
        assertThat(found.source()).isEqualTo("configured");
    }

    @Test
    void anIncompleteConfiguredDirectoryIsAnErrorAndNotPassedOver() throws IOException {
        Path configured = installation("configured", "16.2");
        Files.delete(configured.resolve("pg_dump"));
        Path system = installation("system", "17.1");

        assertThatThrownBy(() -> locator(system).locate(configured))
                .isInstanceOf(LocalProcessException.class)
                .hasMessageContaining("is incomplete; expected initdb, postgres, pg_dump, pg_restore, psql");
    }

    @Test
    void systemInstallationsThatAreIncompleteTooOldOrBrokenArePassedOver() throws IOException {
        Path incomplete = installation("incomplete", "17.1");
        Files.delete(incomplete.resolve("psql"));
        Path old = installation("old", "13.9");
        Path broken = installation("broken", "17.1");
        Files.writeString(broken.resolve("postgres"), "#!/bin/sh\nexit 127\n");
        Path good = installation("good", "15.18 (Debian 15.18-0+deb12u1)");

        PostgresInstallation found = locator(incomplete, old, broken, good).locate(null);

        assertThat(found.binDirectory()).isEqualTo(good);
        assertThat(found.version()).isEqualTo("15.18");
    }

    @Test
    void preReleasesAreUnderstood() throws IOException {
        assertThat(locator(installation("beta", "18beta2")).locate(null).majorVersion())
                .isEqualTo(18);
    }

    private PostgresLocator locator(Path... directories) {
        return new PostgresLocator(List.of(directories), new PostgresPackages(folder.resolve("packages")));
    }

    /** Programs that only tell their version. */
    private Path installation(String name, String version) throws IOException {
        Path bin = Files.createDirectories(folder.resolve(name));
        for (String program : PostgresInstallation.PROGRAMS) {
            Path file = Files.writeString(
                    bin.resolve(program), "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return bin;
    }
}
