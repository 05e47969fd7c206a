package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.SecretSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformSecretsTest {
    @TempDir
    private Path folder;

    private PlatformHome home;

    @BeforeEach
    void makeTheHome() {
        home = new PlatformHome(folder.resolve("home"));
        home.create();
        new PlatformSecrets(home).createMissing();
    }

    @Test
    void theMasterKeyIsOneThatServicesAccept() throws IOException {
        SecretSealer sealer = SecretSealer.fromKeyFile(home.masterKey());

        assertThat(sealer.open(sealer.seal("secret"))).isEqualTo("secret");
    }

    @Test
    void onlyTheOwnerReadsThem() throws IOException {
        PlatformSecrets secrets = new PlatformSecrets(home);
        secrets.get("any");

        for (Path file : List.of(
                home.masterKey(), home.internalToken(), home.operatorToken(), home.caKey(), home.secret("any"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.directory())))
                .isEqualTo("rwx------");
    }

    @Test
    void areMadeOnceAndDifferFromEachOther() {
        PlatformSecrets first = new PlatformSecrets(home);
        String secret = first.get("one");
        PlatformSecrets second = new PlatformSecrets(home);
        second.createMissing();

        assertThat(second.get("one")).isEqualTo(secret);
        assertThat(second.get("two")).isNotEqualTo(secret);
        assertThat(second.operatorToken()).isEqualTo(first.operatorToken()).startsWith("godwit_");
    }
}
