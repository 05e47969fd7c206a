package io.godwit.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressResolverTest {
    private static final URI ELSEWHERE = URI.create("https://godwit.example.org");
    private static final URI LOCAL = URI.create("http://127.0.0.1:9999");

    @TempDir
    private Path home;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void leaveLocalPlatformFiles() throws IOException {
        environment.put("GODWIT_HOME", home.toString());
        Files.writeString(home.resolve("gateway-url"), LOCAL + "\n");
        Files.writeString(home.resolve("operator-token"), "local-token\n");
    }

    @Test
    void withoutAnythingElseTheLocalPlatformAndItsOperatorAreMeant() {
        assertThat(resolve(null, null)).isEqualTo(new PlatformAddress(LOCAL, "local-token"));
    }

    @Test
    void theStoredLoginComesBeforeTheLocalPlatform() {
        StoredLogin.of(environment).write(ELSEWHERE, "stored-token");

        assertThat(resolve(null, null)).isEqualTo(new PlatformAddress(ELSEWHERE, "stored-token"));
    }

    @Test
    void theEnvironmentComesBeforeTheStoredLoginAndTheCommandLineBeforeBoth() {
        StoredLogin.of(environment).write(ELSEWHERE, "stored-token");
        environment.put("GODWIT_SERVER", "http://127.0.0.1:1/");
        environment.put("GODWIT_TOKEN", "environment-token");

        assertThat(resolve(null, null))
                .isEqualTo(new PlatformAddress(URI.create("http://127.0.0.1:1"), "environment-token"));
        assertThat(resolve(LOCAL, "option-token")).isEqualTo(new PlatformAddress(LOCAL, "option-token"));
    }

    @Test
    void noStoredTokenIsSentToAnotherPlatform() {
        StoredLogin.of(environment).write(ELSEWHERE, "stored-token");

        assertThat(resolve(URI.create("http://evil.example.org"), null).token()).isNull();
    }

    @Test
    void noOperatorsTokenIsSentWhileTheLocalPlatformIsDown() throws IOException {
        Files.delete(home.resolve("gateway-url"));

        assertThat(resolve(null, null)).isEqualTo(new PlatformAddress(URI.create("http://127.0.0.1:8080"), null));
    }

    @Test
    void noOperatorsTokenIsSentToAnotherAddressThanTheLocalPlatforms() {
        assertThat(resolve(URI.create("http://127.0.0.1:8080"), null).token()).isNull();
        assertThat(resolve(LOCAL, null).token()).isEqualTo("local-token");
    }

    @Test
    void onlyTheOwnerCanReadTheStoredLogin() throws IOException {
        StoredLogin login = StoredLogin.of(environment);
        login.write(ELSEWHERE, "stored-token");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(login.file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aDamagedLoginIsNamed() throws IOException {
        Files.writeString(home.resolve("cli.json"), "{");

        assertThatThrownBy(() -> resolve(null, null)).hasMessageContaining("cli.json");
    }

    private PlatformAddress resolve(@Nullable URI url, @Nullable String token) {
        return new AddressResolver(environment).resolve(url, token);
    }
}
